import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { brokerName } from '../broker.ts'
import type { TestDatabase } from '../database.ts'
import { deadIn, envelopeOf, put, registrationOf } from '../messages.ts'
import { handledOf, openDatabase, runAsync } from './message-services.ts'

test('a delivery that fails is repeated', async () => {
  const database = await openDatabase()
  const FAULTS = JSON.stringify({ email: { error_rate: 1, for_ms: 1000 } })
  await runAsync('email', database, { EMAIL_DELAY_MS: '0', FAULTS })
  const message = registrationOf('ada@example.com')
  await put(database, 'user_registered_queue', [message])
  await expect.poll(() => handledOf(database)).toEqual([message.id])
  expect(await deadIn(database.db, 'user_registered_queue')).toEqual([])
})

/** The first delivery fails; the others, whose waits double, have been before. */
async function skipRetries({ db }: Pick<TestDatabase, 'db'>): Promise<void> {
  const skip = sql`update pgboss.job set retry_count = 4, start_after = now() where state = 'retry'`
  await expect.poll(async () => (await skip.execute(db)).numAffectedRows).toBe(1n)
}

// The waits between them add up to 16 s.
const patience = { timeout: 60_000 }

test('a message whose deliveries failed five times is a dead letter', patience, async () => {
  const queue = 'payment_initiated_queue'
  const database = await openDatabase()
  await runAsync('payment', database, { FAULTS: '{"payment":{"error_rate":1}}' })
  await database.db.insertInto('jobs').values({ id: 'pay_1' }).execute()
  const data = { payment_id: 'pay_1', amount: 1, currency: 'USD' }
  await put(database, queue, [envelopeOf('PaymentInitiated', data)])
  if (brokerName === 'embedded') await skipRetries(database)
  await expect
    .poll(() => deadIn(database.db, queue), { timeout: 50_000 })
    .toMatchObject([
      {
        attempts: 6,
        reason: expect.stringContaining('5 deliveries have failed, the last: answered 500'),
      },
    ])
  const jobs = await database.db.selectFrom('jobs').select(['status', 'reason']).execute()
  expect(jobs).toMatchObject([{ status: 'failed', reason: expect.stringContaining('500') }])
})
