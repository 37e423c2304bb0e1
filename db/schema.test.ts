import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../tests/database.ts'
import { checkTables } from './connection/check-database.ts'

test('db/migrations creates every table of db/schema.ts', async () => {
  const { url, drop } = await createTestDatabase()
  onTestFinished(drop)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { problem, isNewest } = await checkTables(client)
  await client.end()
  expect(problem, 'a migration in db/migrations is missing').toBeUndefined()
  expect(isNewest).toBe(true)
})
