import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openKnownDatabase } from '../../local/postgres/find-database.ts'
import { freePorts } from '../../local/processes/ports.ts'
import { audit, labFolder, removeFolder, start } from './starter.ts'

test('one command at a time uses the database of a stopped lab', { timeout: 90_000 }, async () => {
  const folder = await labFolder()
  onTestFinished(() => removeFolder(folder))
  const first = await openKnownDatabase(folder)
  expect(await audit(folder)).toBe(2)
  await expect(openKnownDatabase(folder)).rejects.toThrow('Another command uses the database')
  const lab = start(['--no-tour', '--folder', folder, '--first-port', String(await freePorts())])
  expect(await lab.exited).toBe(1)
  expect(lab.output()).toContain(`Another command uses the database of ${folder}`)
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(first.db)
  expect(rows).toEqual([{ one: 1 }])
  await first.close()
  expect(await audit(folder)).toBe(0)
})
