import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../tests/database.ts'
import { migrateToLatest } from '../migrate.ts'
import { checkTables } from './check-database.ts'

test('accepts migrations that another instance runs meanwhile', async () => {
  const { db, pool, drop } = await createTestDatabase()
  onTestFinished(drop)
  // As Kysely leaves it before the first migration.
  await pool.query('drop schema public cascade; create schema public')
  await pool.query('create table kysely_migration (name varchar(255) primary key, timestamp text)')
  let isMigrating = false
  const meanwhile = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      // After the columns were read: the migrations themselves pass here as well.
      const [row] = result.rows
      if (row && 'columns' in row && !isMigrating) {
        isMigrating = true
        await migrateToLatest(db)
      }
      return result
    },
  })
  expect(await checkTables(meanwhile)).toEqual({ problem: undefined, isNewest: false })
  expect(isMigrating).toBe(true)
})
