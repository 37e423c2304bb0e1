import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { expiredLease, liveLease, untilLeasesExpire } from '../../tests/leases.ts'
import { connect } from '../connection/connect.ts'
import { countExpiredSagas, failSagas, releaseSagas, takeOverSagas } from './expired-sagas.ts'
import { createLeases } from './leases.ts'
import { beginSaga, endSaga, findOutcome, takeStep } from './sagas.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
  await untilLeasesExpire(database.db)
})
afterEach(() => void vi.useRealTimers())

const place = (lease = expiredLease()) =>
  beginSaga(database.db, { product_id: 1, quantity: 2, lease })

test('one statement renews all leases of longer work', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] })
  const statements: string[] = []
  const { db, close } = connect({
    url: database.url,
    onQuery: (_, statement) => statements.push(statement),
  })
  const leases = createLeases({ db, termMs: 6000 })
  const end = Promise.withResolvers<void>()
  const works = [1, 2, 3].map(() => leases.hold(() => end.promise))
  vi.advanceTimersByTime(1999)
  expect(statements).toEqual([])
  vi.advanceTimersByTime(1)
  await expect.poll(() => statements.length, { timeout: 10_000 }).toBe(1)
  end.resolve()
  await Promise.all(works)
  vi.advanceTimersByTime(60_000)
  await leases.renew()
  expect(statements).toHaveLength(1)
  leases.close()
  await close()
})

test('an expired lease gets one new holder', async () => {
  const { db } = database
  const { order_id } = await place()
  await place(liveLease())
  expect(await countExpiredSagas(db)).toBe(1)
  const [first, second] = await Promise.all(
    [liveLease(), liveLease()].map((lease) => takeOverSagas(db, lease, 20)),
  )
  expect([...(first ?? []), ...(second ?? [])]).toEqual([{ order_id, product_id: 1, quantity: 2 }])
})

test('a holder that has lost its lease changes nothing', async () => {
  const { db } = database
  const lost = await place()
  const lease = liveLease()
  const taken = await takeOverSagas(db, lease, 20)
  expect(await takeStep(db, lost, 'paying')).toBe(false)
  expect(await endSaga(db, lost, 'completed')).toBe(false)
  expect(await failSagas(db, lost.lease, taken)).toBe(0)
  await releaseSagas(db, lost.lease)
  expect(await countExpiredSagas(db)).toBe(0)
  expect(await failSagas(db, lease, taken)).toBe(1)
  expect(await findOutcome(db, lost.order_id)).toMatchObject({
    status: 'failed',
    failure: 'not_reserved',
  })
})
