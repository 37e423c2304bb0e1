import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import {
  deadLettersOf,
  handledOf,
  messageOf,
  openDatabase,
  registered,
  runAsync,
  store,
  untilHandled,
} from './message-services.ts'

const queue = 'user_registered_queue'
const quick = { EMAIL_DELAY_MS: '0' }

describe('a message that no delivery can help is a dead letter at once', () => {
  const good = registered('ada@example.com')
  test.each<[string, unknown, string]>([
    ['no object', 'text', 'is no object'],
    ['a list', [good], 'is no object'],
    ['an unknown type', { ...good, type: 'Unknown' }, 'type: '],
    ['another queue’s type', { ...good, type: 'OrderCreated' }, 'type: OrderCreated'],
    ['an unknown version', { ...good, dataschema: '/schemas/UserRegistered/9' }, 'dataschema: '],
    ['a field missing', { ...good, data: { user_id: 1 } }, 'data.email: '],
    [
      'a field of the wrong type',
      { ...good, data: { ...good.data, user_id: '1' } },
      'data.user_id',
    ],
    [
      'more than 1 MiB',
      { ...good, data: { ...good.data, more: 'x'.repeat(1 << 20) } },
      'is larger',
    ],
    ['an id that is no UUID', { ...good, id: '1' }, 'id: '],
    ['a broken traceparent', { ...good, traceparent: '00-1-2-3' }, 'traceparent: '],
    ['data that its route refuses', registered('no address'), 'answered 422'],
  ])('%s', async (_name, message, reason) => {
    const database = await openDatabase()
    await runAsync(['email'], database, quick)
    const others = [registered('one@example.com'), registered('two@example.com')]
    await store(database, queue, others[0], message, others[1])
    await untilHandled(database, 2)
    await expect.poll(async () => (await deadLettersOf(database)).length).toBe(1)
    const [letter] = await deadLettersOf(database)
    expect(letter).toMatchObject({ queue, attempts: 1, reason: expect.stringContaining(reason) })
    expect(letter?.message).toEqual(message)
  })
})

test('a delivery that fails is repeated', async () => {
  const database = await openDatabase()
  const FAULTS = JSON.stringify({ email: { error_rate: 1, for_ms: 1000 } })
  await runAsync(['email'], database, { ...quick, FAULTS })
  const message = registered('ada@example.com')
  await store(database, queue, message)
  await expect.poll(() => handledOf(database)).toEqual([message.id])
  expect(await deadLettersOf(database)).toEqual([])
})

test('a message whose deliveries failed five times is a dead letter', async () => {
  const database = await openDatabase()
  await runAsync(['payment'], database, { FAULTS: '{"payment":{"error_rate":1}}' })
  await database.db.insertInto('jobs').values({ id: 'pay_1' }).execute()
  const timestamp = new Date().toISOString()
  const data = { payment_id: 'pay_1', amount: 1, currency: 'USD', timestamp }
  await store(database, 'payment_initiated_queue', messageOf('PaymentInitiated', data))
  // Its first delivery fails; the others have been before.
  const skip = sql`update pgboss.job set retry_count = 4, start_after = now() where state = 'retry'`
  await expect.poll(async () => (await skip.execute(database.db)).numAffectedRows).toBe(1n)
  await expect.poll(async () => (await deadLettersOf(database)).length).toBe(1)
  expect(await deadLettersOf(database)).toMatchObject([
    {
      attempts: 6,
      reason: expect.stringContaining('5 deliveries have failed, the last: answered 500'),
    },
  ])
  const jobs = await database.db.selectFrom('jobs').select(['status', 'reason']).execute()
  expect(jobs).toMatchObject([{ status: 'failed', reason: expect.stringContaining('500') }])
})
