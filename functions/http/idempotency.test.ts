import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { insertUser } from '../../db/shop/users.ts'
import { keepAnswer, releaseOperation } from '../../db/work/idempotency.ts'
import { createLeases, LeaseLostError } from '../../db/work/leases.ts'
import { beginSaga } from '../../db/work/sagas.ts'
import { createKeyedFunctions } from '../../tests/keyed-functions.ts'
import { liveLease } from '../../tests/leases.ts'

const functions = await createKeyedFunctions()
const { db, register, create, attempt } = functions
afterAll(functions.close)

test('the same key and body run once', async () => {
  const first = await register('a', 'ada@example.com')
  const again = await register('a', 'ada@example.com')
  expect([first.status, again.status]).toEqual([201, 201])
  expect(await again.json()).toEqual(await first.json())
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  const ordered = await create('a', { product_id: 1 })
  const repeated = await create('a', { product_id: 1 })
  expect(await repeated.json()).toEqual(await ordered.json())
  expect(await db.selectFrom('orders').selectAll().execute()).toHaveLength(1)
})

test('a designed refusal is stored', async () => {
  await register('taken', 'taken@example.com')
  const refused = await register('other', 'taken@example.com')
  const again = await register('other', 'taken@example.com')
  expect([refused.status, again.status]).toEqual([400, 400])
})

test('the same key with another body is 422', async () => {
  await register('b', 'grace@example.com')
  const other = await register('b', 'hopper@example.com')
  expect(other.status).toBe(422)
  expect(await other.json()).toMatchObject({ detail: [{ loc: ['header', 'idempotency-key'] }] })
})

test('an invalid key is 422', async () => {
  expect((await register('two words', 'two@example.com')).status).toBe(422)
})

test('a second request in flight is 409', async () => {
  const body = { email: 'slow@example.com' }
  const first = await attempt('/register', 'c', body, liveLease())
  expect((await register('c', body.email)).status).toBe(409)
  await releaseOperation(db, first)
  expect((await register('c', body.email)).status).toBe(201)
})

test('a key is in flight while its lease is renewed', async () => {
  const short = createLeases({ db, termMs: 600 })
  const body = { email: 'elsewhere@example.com' }
  const crash = Promise.withResolvers<void>()
  const working = short.hold(async (lease) => {
    await attempt('/register', 'g', body, lease)
    await crash.promise
  })
  await expect.poll(() => isRenewed('g'), { timeout: 10_000 }).toBe(true)
  expect((await register('g', body.email)).status).toBe(409)
  crash.resolve()
  await working
  const status = async () => (await register('g', body.email)).status
  await expect.poll(status, { timeout: 10_000 }).toBe(201)
  short.close()
})

/** Whether the lease of a key lasts for longer than the term of 600 ms with which it began. */
async function isRenewed(key: string): Promise<boolean> {
  const { age } = await db
    .selectFrom('idempotency_keys')
    .select(sql<number>`extract(epoch from lease_expires_at - created_at)::float8`.as('age'))
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return age > 1
}

test('an attempt without its lease changes nothing', async () => {
  const body = { product_id: 3 }
  const lost = await attempt('/create_order', 'h', body)
  const held = await attempt('/create_order', 'h', body)
  const order = { product_id: 3, quantity: 1, lease: liveLease() }
  await expect(beginSaga(db, { ...order, operation: lost })).rejects.toThrow(LeaseLostError)
  await expect(insertUser(db, 'lost@example.com', lost)).rejects.toThrow(LeaseLostError)
  expect(await keepAnswer(db, lost, { status: 200, answer: '{}' })).toBe(false)
  await releaseOperation(db, lost)
  expect(await beginSaga(db, { ...order, operation: held })).toHaveProperty('order_id')
})

test('invalid input claims no key', async () => {
  expect((await register('d', 'nonsense')).status).toBe(422)
  expect((await register('d', 'right@example.com')).status).toBe(201)
})

test('the next attempt finishes an interrupted registration', async () => {
  const body = { email: 'cut@example.com' }
  const made = await insertUser(db, body.email, await attempt('/register', 'e', body))
  const answer = await register('e', body.email)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ id: made?.id, email: body.email })
})
