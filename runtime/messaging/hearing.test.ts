import { type Db as BossDb, PgBoss } from 'pg-boss'
import pino from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { queueSchema } from '../../db/work/store-messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { channel, createHearing } from './hearing.ts'

test('pg-boss notifies of a new message on our channel', async () => {
  const { url, drop } = await createTestDatabase()
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, schedule: false })
  await boss.start()
  await boss.createQueue('some_queue', { notify: true })
  const heard: string[] = []
  const hear = (payload: string) => void heard.push(payload)
  const handle = await boss.getDb().listen?.(channel, hear, () => {})
  onTestFinished(async () => {
    await handle?.close()
    await boss.stop({ graceful: false })
    await drop()
  })
  await boss.send('some_queue', {})
  await expect.poll(() => heard).toEqual(['some_queue'])
})

/** A connection whose notifications the test makes. */
async function hear() {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let [notify, connect] = [(_: string) => {}, () => {}]
  let isOpen = true
  const db: BossDb = {
    executeSql: async () => ({ rows: [] }),
    async listen(_, onPayload, onConnected) {
      notify = onPayload
      connect = onConnected
      onConnected()
      return {
        close: async () => {
          isOpen = false
        },
      }
    },
  }
  const hearing = createHearing({ db, logger: pino({ level: 'silent' }) })
  await hearing.listen(() => {})
  return { hearing, isOpen: () => isOpen, notify: () => notify('trial'), connect: () => connect() }
}

test('a connection on which nothing is heard is given up', async () => {
  const { hearing, isOpen } = await hear()
  await vi.advanceTimersByTimeAsync(2001)
  expect([hearing.isListening(), isOpen()]).toEqual([false, false])
})

test('a connection that is opened again gets a trial of its own', async () => {
  const { hearing, isOpen, notify, connect } = await hear()
  await vi.advanceTimersByTimeAsync(1900)
  connect()
  await vi.advanceTimersByTimeAsync(200)
  notify()
  expect([hearing.isListening(), isOpen()]).toEqual([true, true])
})
