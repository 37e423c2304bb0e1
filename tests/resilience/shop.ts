/** The services of the saga, on a PostgreSQL of their own, that can be killed and brought back. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { type Audit, auditLedger } from '../../db/audit.ts'
import { connect } from '../../db/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import type { Db } from '../../db/schema.ts'
import { freePort } from '../../local/ports.ts'
import { type Postgres, startPostgres } from '../../local/postgres.ts'
import { type RunningService, startService, untilReady } from '../../local/process.ts'
import { createWire, type Wire } from './wire.ts'

export type Victim = 'order' | 'inventory' | 'postgres'

export type Shop = {
  db: Db
  /** Where orders are placed. */
  orderUrl: string
  /** The wires between the order service and those that it calls. */
  wires: { payment: Wire; inventory: Wire }
  kill: (victim: Victim) => Promise<void>
  restart: (victim: Victim) => Promise<void>
  /** Sets what goes wrong in the inventory service, or takes it back. */
  slowInventory: (latencyMs: number | undefined) => Promise<void>
  audit: () => Promise<Audit>
}

const settings = {
  HOST: '127.0.0.1',
  CONCURRENCY: '200',
  DB_POOL_MAX: '20',
  CALL_TIMEOUT_MS: '3000',
  FAULT_SWITCH: 'on',
  RECOVERY_INTERVAL_MS: '250',
}

/** PostgreSQL's main process is killed; those that it started end by themselves when they notice. */
async function killPostgres({ folder }: Postgres): Promise<void> {
  const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGKILL')
}

/** Starts it again, as soon as the last process of the killed one is gone. */
async function startAgain(options: { folder: string; port: number }): Promise<Postgres> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres({ ...options, maxConnections: 300 })
    } catch (error) {
      if (attempt === 50) throw error
      await delay(100)
    }
  }
}

export async function openShop({
  paymentDelayMs = 20,
}: {
  paymentDelayMs?: number
} = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-resilience-'))
  const port = await freePort()
  let postgres = await startAgain({ folder: join(folder, 'postgres'), port })
  const DATABASE_URL = postgres.url
  const admin = connect({ url: DATABASE_URL, max: 2, timeoutMs: 1000 })
  await migrateToLatest(admin.db)

  const running = new Map<string, RunningService>()
  const ports = new Map<string, number>()
  const environments: Record<string, Record<string, string>> = {
    payment: { PAYMENT_DELAY_MS: String(paymentDelayMs) },
    inventory: { DATABASE_URL },
  }
  async function start(name: 'payment' | 'inventory' | 'order'): Promise<RunningService> {
    const environment = { ...settings, ...environments[name] }
    const service = await startService({
      name,
      port: ports.get(name) ?? 0,
      environment,
      logFolder: folder,
    })
    ports.set(name, service.port)
    running.set(name, service)
    await untilReady(service)
    return service
  }
  const [payment, inventory] = await Promise.all([start('payment'), start('inventory')])
  const wires = {
    payment: await createWire(payment.url),
    inventory: await createWire(inventory.url),
  }
  environments.order = {
    DATABASE_URL,
    PAYMENT_SERVICE_URL: wires.payment.url,
    INVENTORY_SERVICE_URL: wires.inventory.url,
  }
  const { url: orderUrl } = await start('order')

  onTestFinished(async () => {
    await Promise.all([...running.values()].map((service) => service.kill()))
    await Promise.all([wires.payment.close(), wires.inventory.close(), admin.close()])
    await postgres.stop()
    for (const path of [folder, postgres.folder]) await rm(path, { recursive: true, force: true })
  })

  return {
    db: admin.db,
    orderUrl,
    wires,
    async kill(victim) {
      if (victim === 'postgres') await killPostgres(postgres)
      else await running.get(victim)?.kill()
    },
    async restart(victim) {
      if (victim !== 'postgres') return void (await start(victim))
      postgres = await startAgain({ folder: postgres.folder, port })
    },
    async slowInventory(latencyMs) {
      const init =
        latencyMs === undefined
          ? { method: 'DELETE' }
          : { method: 'PUT', body: JSON.stringify({ latency: String(latencyMs) }) }
      await fetch(`${running.get('inventory')?.url}/faults`, init).catch(() => {})
    },
    audit: () => auditLedger(admin.db, { pendingLimitSeconds: 60 }),
  }
}

/** Places an order; its status, or `lost` where no answer came. */
export const placeOrder = (
  { orderUrl }: Shop,
  payment: 'fail' | 'succeed',
  quantity = 1,
): Promise<number | 'lost'> =>
  fetch(`${orderUrl}/create_order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    // The seed has products 1 to 3; those after them are seen for the first time.
    body: JSON.stringify({ product_id: quantity, quantity, payment }),
  }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 'lost' as const,
  )

/** Whether all is well: the ledger balances, and every order has ended. */
export async function isSettled({ audit }: Shop): Promise<string> {
  const { balances, orders, findings } = await audit().catch(() => ({
    balances: false,
    orders: { pending: NaN },
    findings: [],
  }))
  if (balances && orders.pending === 0) return 'settled'
  return `pending ${orders.pending}, balances ${balances}, ${JSON.stringify(findings.slice(0, 3))}`
}
