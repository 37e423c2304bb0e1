import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../tests/database.ts'
import { connect } from './connect.ts'
import { createNotifications } from './notifications.ts'

/** Listens on one connection, and records what happens. */
async function listen(channel: string) {
  const { db: other, url, drop } = await createTestDatabase()
  const notifications = createNotifications()
  const { db, pool, close } = connect({ url, max: 1, onOpen: notifications.subscribe })
  onTestFinished(async () => {
    await close()
    await drop()
  })
  const happened: string[] = []
  await notifications.listen(pool, {
    channel,
    onPayload: (payload) => void happened.push(payload),
    onListening: () => void happened.push('listening'),
    onLost: (error) => void happened.push(error?.message ?? 'lost'),
  })
  const notify = (payload: string) => sql`select pg_notify(${channel}, ${payload})`.execute(other)
  return { db, other, happened, notify }
}

test('a connection that replaces a lost one listens as well', async () => {
  const { db, other, happened, notify } = await listen('news')
  await notify('one')
  await expect.poll(() => happened).toEqual(['listening', 'one'])
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(other)
  await expect.poll(() => happened).toEqual(['listening', 'one', 'lost'])
  await sql`select`.execute(db)
  await notify('two')
  await expect.poll(() => happened.slice(3)).toEqual(['listening', 'two'])
})

test('a connection that cannot listen serves its queries', async () => {
  const { db, happened } = await listen('no identifier')
  expect(happened).toEqual([expect.stringContaining('syntax error')])
  const { rows } = await sql`select 1 as one`.execute(db)
  expect(rows).toEqual([{ one: 1 }])
})
