import { randomUUID } from 'node:crypto'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type Handled, recordHandled } from './inbox.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const at = '2026-11-01T10:00:00.123Z'
const handled = (message_id: string = randomUUID()): Handled => ({
  consumer: 'order_created_queue',
  message_id,
  correlation_id: 'request-1',
  occurred_at: at,
  accepted_at: new Date(at),
})

test('records what each message belongs to', async () => {
  const row = { ...handled(), subject: 'order/7' }
  expect(await recordHandled(database.db, [row])).toBe(1)
  const [stored] = await database.db.selectFrom('inbox').selectAll().execute()
  expect(stored).toEqual({ ...row, occurred_at: new Date(at), handled_at: expect.any(Date) })
})

test('counts the new ones of a batch', async () => {
  const [first, second, third] = [handled(), handled(), handled()]
  expect(await recordHandled(database.db, [first, second])).toBe(2)
  expect(await recordHandled(database.db, [third, second, first])).toBe(1)
  expect(await recordHandled(database.db, [])).toBe(0)
})

test('each consumer handles a message of its own', async () => {
  const message = handled()
  expect(
    await recordHandled(database.db, [
      { ...message, consumer: 'order_payment_failed_queue' },
      { ...message, consumer: 'inventory_payment_failed_queue' },
    ]),
  ).toBe(2)
})

test('a message that is being recorded is not new', async () => {
  const { db } = database
  const message = handled()
  const other = await db.startTransaction().execute()
  await recordHandled(other, [message])
  const late = recordHandled(db, [message])
  await other.commit().execute()
  expect(await late).toBe(0)
})

test('a message whose transaction is rolled back is new again', async () => {
  const { db } = database
  const message = handled()
  const failing = await db.startTransaction().execute()
  await recordHandled(failing, [message])
  await failing.rollback().execute()
  expect(await recordHandled(db, [message])).toBe(1)
})
