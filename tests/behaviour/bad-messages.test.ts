/** Messages that no publisher of the lab stores, put straight into a queue. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { dropDeadLetters } from '../../db/work/dead-letters.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { brokerName, shareBroker, type TestBroker } from '../broker.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { deadIn, handledIn, put, registrationOf } from '../messages.ts'
import { runReady, sample } from './services.ts'

const queue = 'user_registered_queue'
const email = 'ada@example.com'
const timestamp = new Date().toISOString()
const mebibyte = 1 << 20

let database: TestDatabase & { broker: TestBroker }
let service: RunningService
let stop = async () => {}
beforeAll(async () => {
  database = { ...(await createTestDatabase()), broker: await shareBroker() }
  const own = { STYLE: 'async', DATABASE_URL: database.url, EMAIL_DELAY_MS: '1' }
  const settings = { ...database.broker.settings, ...own }
  service = await runReady('email', settings, (end) => {
    stop = end
  })
})
beforeEach(() => dropDeadLetters(database.db, { queue }))
afterAll(async () => {
  await stop()
  await database.drop()
})

const good = () => registrationOf(email)
const withData = (data: object) => ({ ...good(), data })

const bad: [name: string, message: unknown, reason: RegExp][] = [
  ['a text', 'user', /object/],
  ['a number', 7, /object/],
  ['a list', [good()], /object/],
  ['an unknown type', { ...good(), type: 'UserForgotten' }, /type/],
  ['the type of another queue', { ...good(), type: 'OrderCreated' }, /OrderCreated/],
  ['a newer version', { ...good(), dataschema: '/schemas/UserRegistered/2' }, /dataschema/],
  ['data of no object', { ...good(), data: 'ada' }, /data/],
  ['a missing field', withData({ user_id: 1, timestamp }), /email/],
  ['a field of another type', withData({ user_id: '1', email, timestamp }), /user_id/],
  [
    'an address that the function refuses',
    withData({ user_id: 1, email: 'ada', timestamp }),
    /422/,
  ],
  [
    'more than 1 MiB',
    withData({ user_id: 1, email, timestamp, n: 'x'.repeat(mebibyte) }),
    /1048576/,
  ],
  ['an id that is no UUID', { ...good(), id: 'first' }, /id/],
  ['a traceparent of another form', { ...good(), traceparent: 'first' }, /traceparent/],
  ['a time without a time zone', { ...good(), time: '2026-01-18T12:00:00' }, /time/],
  ['an empty message of the study', {}, /email|user_id/],
]

test.each(bad)('%s is one dead letter, alone', async (_name, message, reason) => {
  const [before, after] = [good(), good()]
  await put(database, queue, [before, message, after])
  await expect
    .poll(async () => [...(await handledIn(database.db, queue)).keys()])
    .toEqual(expect.arrayContaining([before.id, after.id]))
  await expect
    .poll(() => deadIn(database.db, queue))
    .toEqual([
      expect.objectContaining({ message, reason: expect.stringMatching(reason), attempts: 1 }),
    ])
})

test.runIf(brokerName === 'rabbitmq').each([
  ['text that is no JSON', '{"user_id":'],
  ['nothing', ''],
])('a body of %s is one dead letter', async (_name, text) => {
  await put(database, queue, [Buffer.from(text)])
  await expect
    .poll(() => deadIn(database.db, queue))
    .toMatchObject([{ message: text, reason: 'is no object', attempts: 1 }])
})

test.each<[string, object]>([
  ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
  ['an unknown extension', { colour: 'red' }],
])('%s is handled', async (_name, fields) => {
  const message = { ...good(), ...fields }
  await put(database, queue, [message])
  await expect
    .poll(async () => [...(await handledIn(database.db, queue)).keys()])
    .toContain(message.id)
  expect(await deadIn(database.db, queue)).toEqual([])
})

test('a message of the study is handled once', async () => {
  const before = (await handledIn(database.db, queue)).size
  const study = { user_id: 7, email, timestamp: '2026-01-18T12:00:00.123456' }
  const duplicates = () =>
    sample(service, metrics.messagesHandled.name, { queue, outcome: 'duplicate' })
  await put(database, queue, [study, study])
  await expect.poll(duplicates).toBe(1)
  expect((await handledIn(database.db, queue)).size).toBe(before + 1)
  expect(await deadIn(database.db, queue)).toEqual([])
})
