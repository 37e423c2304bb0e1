import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startService, untilReady } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import type { FunctionName } from '../../model/services.ts'
import { writeCrampedRuntime } from '../cramped-runtime.ts'
import { createTestDatabase } from '../database.ts'
import { at, logOf, post, runReady, sample } from './services.ts'

test('the line of a request is in the log before its answer', async () => {
  const service = await runReady('payment', { PAYMENT_DELAY_MS: '0' })
  const missing: unknown[] = []
  const client = async () => {
    for (let count = 0; count < 20; count++) {
      const { body, headers } = await post(service, '/process_payment', { amount: count })
      const id = headers.get('x-request-id') ?? 'none'
      if (!readFileSync(service.logFile, 'utf8').includes(id)) missing.push(body)
    }
  }
  await Promise.all(Array.from({ length: 10 }, client))
  expect(missing).toEqual([])
})

/** Starts a service with little room for its log, and notes what it says of that. */
async function runCramped(name: FunctionName, environment: Record<string, string>) {
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-full-'))
  onTestFinished(() => rm(logFolder, { recursive: true, force: true }))
  const said: (string | null)[] = []
  const service = await startService({
    name,
    environment: { HOST: '127.0.0.1', PAYMENT_DELAY_MS: '0', ...environment },
    runtime: await writeCrampedRuntime(logFolder),
    logFolder,
    onLostLog: (problem) => said.push(problem),
  })
  onTestFinished(async () => void (await service.kill()))
  await untilReady(service)
  return { service, said }
}

async function startShop() {
  const { url: DATABASE_URL, drop } = await createTestDatabase()
  onTestFinished(drop)
  const inventory = await runCramped('inventory', { DATABASE_URL })
  const payment = await runCramped('payment', {})
  const addresses = { ...at(inventory.service), ...at(payment.service) }
  return [await runCramped('order', { DATABASE_URL, ...addresses }), inventory, payment] as const
}

test.skipIf(process.platform === 'win32')(
  'services answer on a full disk, and log again when there is room',
  async () => {
    const shop = await startShop()
    const [{ service: order }] = shop
    const place = () => post(order, '/create_order', { product_id: 1, payment: 'succeed' })
    const statuses: number[] = []
    const client = async () => {
      for (let count = 0; count < 20; count++) statuses.push((await place()).status)
    }
    await Promise.all(Array.from({ length: 10 }, client))
    expect(statuses).toEqual(Array(200).fill(200))
    for (const { service, said } of shop) {
      const dropped = (await sample(service, metrics.logLinesDropped.name)) ?? 0
      expect(dropped, service.name).toBeGreaterThan(20)
      expect(said).toEqual([expect.stringMatching(/^\w+service cannot write its log \(EFBIG: /)])
      await truncate(service.logFile)
    }
    expect((await place()).status).toBe(200)
    for (const { service, said } of shop) {
      const served = (await logOf(service)).filter(({ msg }) => msg === 'request served')
      expect(served, service.name).toHaveLength(1)
      expect(await readFile(service.logFile, 'utf8')).not.toContain('\0')
      await expect.poll(() => said.at(-1)).toBeNull()
      const notice = (await logOf(service)).find(({ dropped }) => dropped !== undefined)
      expect(notice).toMatchObject({
        level: 'warn',
        dropped: await sample(service, metrics.logLinesDropped.name),
      })
    }
  },
)
