import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../tests/database.ts'
import { connect } from '../connection/connect.ts'
import type { Db } from '../schema.ts'
import { appear, remain } from './presence.ts'

/** A database, and connections to it as an instance has one. */
async function openDatabase() {
  const { db, url, drop } = await createTestDatabase()
  onTestFinished(drop)
  return {
    /** Breaks a connection, as a restart of the server does. */
    async cut(other: Db): Promise<void> {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(other)
      await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(db)
      await expect.poll(() => sql`select`.execute(other).then(() => 'works')).toBe('works')
    },
    connection(): Db {
      const { db, close } = connect({ url, max: 1 })
      onTestFinished(close)
      return db
    },
  }
}

/** Whether an instance that begins now is the only one. */
async function isAlone(db: Db): Promise<boolean> {
  let alone = false
  await appear(db, 'email', async () => {
    alone = true
  })
  return alone
}

test('the first instance of a function is alone, and the second is not', async () => {
  const { connection } = await openDatabase()
  expect(await isAlone(connection())).toBe(true)
  expect(await isAlone(connection())).toBe(false)
})

test('an instance that remains is there after its connection was lost', async () => {
  const { connection, cut } = await openDatabase()
  const instance = connection()
  await appear(instance, 'email', async () => {})
  await cut(instance)
  await remain(instance, 'email')
  expect(await isAlone(connection())).toBe(false)
})

test('an instance that remains twice holds its lock once', async () => {
  const { connection } = await openDatabase()
  const instance = connection()
  await appear(instance, 'email', async () => {})
  await remain(instance, 'email')
  await sql`
    select pg_advisory_unlock_shared(classid::integer, objid::integer)
    from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
  `.execute(instance)
  expect(await isAlone(connection())).toBe(true)
})

test('one instance is elected, until its connection is lost', async () => {
  const { connection, cut } = await openDatabase()
  const [one, other] = [connection(), connection()]
  const isElected = (db: Db) => remain(db, 'email')
  expect([await isElected(one), await isElected(one)]).toEqual([true, true])
  expect(await isElected(other)).toBe(false)
  await cut(one)
  expect(await isElected(other)).toBe(true)
  expect(await isElected(one)).toBe(false)
})
