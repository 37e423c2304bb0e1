import { PgBoss } from 'pg-boss'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { createNotifications, type Listener } from '../../db/connection/notifications.ts'
import { queueSchema } from '../../db/work/store-messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { channel, createHearing } from './hearing.ts'

test('pg-boss notifies of a new message on our channel', async () => {
  const { url, drop } = await createTestDatabase()
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, schedule: false })
  await boss.start()
  await boss.createQueue('some_queue', { notify: true })
  const { pool, close } = connect({ url, max: 1 })
  onTestFinished(async () => {
    await close()
    await boss.stop({ graceful: false })
    await drop()
  })
  const heard: string[] = []
  const onPayload = (payload: string) => void heard.push(payload)
  const ignored = { onListening: () => {}, onLost: () => {} }
  await createNotifications().listen(pool, { channel, onPayload, ...ignored })
  await boss.send('some_queue', {})
  await expect.poll(() => heard).toEqual(['some_queue'])
})

/** A connection whose notifications the test makes. */
async function hear(published = Promise.resolve()) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const listeners: Listener[] = []
  const warnings: string[] = []
  const write = (line: string) => void warnings.push(JSON.parse(line).msg)
  const hearing = createHearing({
    db: { executeSql: () => published.then(() => ({ rows: [] })) },
    listen: async (listener) => void listeners.push(listener),
    logger: pino({ level: 'warn' }, { write }),
  })
  const hints: string[] = []
  await hearing.open()
  await hearing.listen((queue) => void hints.push(queue))
  const [listener] = listeners
  if (!listener) throw new Error('It does not listen')
  listener.onListening()
  return { hearing, hints, listener, warnings, answer: () => listener.onPayload('trial') }
}

const deaf = [expect.stringContaining('notifications do not arrive')]

test('a trial that nobody hears shows a deaf connection', async () => {
  const { hearing, warnings } = await hear()
  await vi.advanceTimersByTimeAsync(2900)
  expect(warnings).toEqual([])
  expect(hearing.isListening()).toBe(true)
  await vi.advanceTimersByTimeAsync(200)
  expect(warnings).toEqual(deaf)
  expect(hearing.isListening()).toBe(false)
})

test('a trial that is heard warns of nothing', async () => {
  const { hearing, warnings, answer } = await hear()
  await vi.advanceTimersByTimeAsync(1100)
  answer()
  await vi.advanceTimersByTimeAsync(2100)
  expect(warnings).toEqual([])
  expect(hearing.isListening()).toBe(true)
})

test('a connection that is lost within its trial is not called deaf', async () => {
  const { hearing, warnings, listener } = await hear()
  await vi.advanceTimersByTimeAsync(1100)
  listener.onLost()
  await vi.advanceTimersByTimeAsync(2100)
  expect(warnings).toEqual([])
  expect(hearing.isListening()).toBe(false)
})

test('a trial that ends late says nothing of another connection', async () => {
  const published = Promise.withResolvers<void>()
  const { warnings, listener } = await hear(published.promise)
  await vi.advanceTimersByTimeAsync(1100)
  listener.onLost()
  listener.onListening()
  published.resolve()
  await vi.advanceTimersByTimeAsync(2900)
  expect(warnings).toEqual([])
})

test('a connection that is opened again gets a trial of its own', async () => {
  const { hearing, warnings, listener, answer } = await hear()
  await vi.advanceTimersByTimeAsync(1100)
  answer()
  listener.onLost()
  listener.onListening()
  await vi.advanceTimersByTimeAsync(3100)
  expect(hearing.isListening()).toBe(false)
  expect(warnings).toEqual(deaf)
})

test('a new connection may have missed messages of all queues', async () => {
  const { hints, listener } = await hear()
  const all = [...hints]
  expect(all).toContain('click_tracked_queue')
  listener.onPayload('order_paid_queue')
  expect(hints).toEqual([...all, 'order_paid_queue'])
})
