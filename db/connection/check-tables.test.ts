import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../tests/database.ts'
import { migrateToLatest } from '../migrate.ts'
import { checkTables } from './check-database.ts'

test('accepts migrations that another instance runs meanwhile', async () => {
  const { url, db, pool, drop } = await createTestDatabase()
  onTestFinished(drop)
  // As Kysely leaves it before the first migration.
  await pool.query('drop schema public cascade; create schema public')
  await pool.query('create table kysely_migration (name varchar(255) primary key, timestamp text)')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const meanwhile = new Proxy(client, {
    get: (target, name) =>
      name === 'query'
        ? async (text: string) => {
            const result = await target.query(text)
            if (text.includes('pg_attribute')) await migrateToLatest(db)
            return result
          }
        : Reflect.get(target, name, target),
  })
  expect(await checkTables(meanwhile)).toEqual({ problem: undefined, isNewest: false })
  await client.end()
})
