import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { migrationNames } from './migrate.ts'

test('db/migrate.ts lists every file of db/migrations', async () => {
  const files = await readdir(new URL('migrations', import.meta.url))
  expect(migrationNames).toEqual(files.map((file) => file.replace(/\.ts$/, '')).sort())
})
