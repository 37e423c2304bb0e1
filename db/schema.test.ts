import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../tests/database.ts'
import { checkTables } from './connection/check-database.ts'

test('db/migrations creates every table of db/schema.ts', async () => {
  const { db, drop } = await createTestDatabase()
  onTestFinished(drop)
  const { problem, isNewest } = await checkTables(db)
  expect(problem, 'a migration in db/migrations is missing').toBeUndefined()
  expect(isNewest).toBe(true)
})
