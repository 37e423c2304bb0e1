import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { reserveStock } from '../../db/ledger/reservations.ts'
import { createTestDatabase } from '../database.ts'

const execute = promisify(execFile)

/** Runs `npm run audit` on a database; returns its exit code and output. */
async function audit(url: string, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-audit-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const env = { ...process.env, DATABASE_URL: url }
  return execute(process.execPath, ['cli/audit.ts', '--folder', folder, ...args], { env }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      output: stdout + stderr,
    }),
  )
}

test('prints the ledger and exits with 1 unless it balances', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  await reserveStock(database.db, { product_id: 2, quantity: 3, order_id: 1 })
  const honest = await audit(database.url)
  expect(honest.output).toMatch(/^2 +3 +3 +1 +balances$/m)
  expect(honest.output).toContain('The ledger balances.')
  expect(honest.code).toBe(0)
  await database.db
    .updateTable('inventory_items')
    .set({ reserved: 2 })
    .where('product_id', '=', 2)
    .execute()
  const doctored = await audit(database.url)
  expect(doctored.output).toMatch(/^2 +2 +3 +1 +DOES NOT BALANCE$/m)
  expect(doctored.output).toContain('THE LEDGER DOES NOT BALANCE.')
  expect(doctored.code).toBe(1)
})

test('exits with 2 and the reason if the ledger is unreadable', async () => {
  expect(await audit('postgresql://nobody:nothing@127.0.0.1:1/nowhere')).toMatchObject({
    code: 2,
    output: expect.stringContaining('The ledger could not be read'),
  })
  expect(await audit('', '--pending-limit', 'soon')).toMatchObject({ code: 2 })
})
