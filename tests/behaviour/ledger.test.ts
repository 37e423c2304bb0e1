import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { auditLedger } from '../../db/ledger/audit.ts'
import { resetToSeed } from '../../db/seed.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { maxInteger } from '../../model/setting.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, at, post, runReady } from './services.ts'

/** The order, inventory and payment services on a new database. */
type Shop = {
  database: TestDatabase
  order: (body: object) => Promise<Answer>
  reserve: (body: object) => Promise<Answer>
  compensate: (body: object) => Promise<Answer>
}

async function openShop(): Promise<Shop> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const DATABASE_URL = database.url
  const inventory = await runReady('inventory', { DATABASE_URL })
  const payment = await runReady('payment', { PAYMENT_DELAY_MS: '1' })
  const orders = await runReady('order', { DATABASE_URL, ...at(inventory), ...at(payment) })
  const send = (service: RunningService, path: string) => (body: object) =>
    post(service, path, body)
  return {
    database,
    order: send(orders, '/create_order'),
    reserve: send(inventory, '/reserve_stock'),
    compensate: send(inventory, '/compensate_stock'),
  }
}

/** The audit, once every order has ended. */
async function audit({ database: { db } }: Shop) {
  const pending = async () => (await auditLedger(db, { pendingLimitSeconds: 60 })).orders.pending
  await expect.poll(pending).toBe(0)
  return auditLedger(db, { pendingLimitSeconds: 60 })
}

async function expectBalance(shop: Shop): Promise<void> {
  const { findings, balances } = await audit(shop)
  expect(findings).toEqual([])
  expect(balances).toBe(true)
}

const product_id = fc.constantFrom(1, 2, 901)
const quantity = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1, 2, 3) },
  fc.constant(maxInteger),
)
const stock = fc.record(
  // Ids that the orders of one run will have: before, during and after their existence.
  { product_id, quantity, order_id: fc.integer({ min: 1, max: 12 }) },
  { requiredKeys: ['product_id'] },
)
const placed = fc.record(
  { product_id, quantity, payment: fc.constantFrom('succeed', 'fail') },
  { requiredKeys: ['product_id'] },
)
const request = fc.oneof(
  placed.map((body) => ['order', body] as const),
  stock.map((body) => ['reserve', body] as const),
  stock.map((body) => ['compensate', body] as const),
)
const wave = fc.array(request, { minLength: 1, maxLength: 12 })

test('arbitrary client requests keep the ledger balanced', async () => {
  const shop = await openShop()
  const play = async (waves: (readonly ['order' | 'reserve' | 'compensate', object])[][]) => {
    await resetToSeed(shop.database.db)
    const statuses: number[] = []
    for (const requests of waves)
      for (const { status } of await Promise.all(requests.map(([what, body]) => shop[what](body))))
        statuses.push(status)
    expect(statuses.filter((status) => ![200, 400, 404, 409, 503].includes(status))).toEqual([])
    await expectBalance(shop)
  }
  await fc.assert(fc.asyncProperty(fc.array(wave, { maxLength: 6 }), play), {
    numRuns: 20,
    endOnFailure: true,
  })
})
