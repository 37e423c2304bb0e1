/** The services of the saga on their own PostgreSQL, to kill and restart. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../../db/connection/connect.ts'
import { type Audit, auditLedger } from '../../db/ledger/audit.ts'
import type { Db } from '../../db/schema.ts'
import { type OpenLab, openLab } from '../../local/lab.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { createWire, type Wire } from './wire.ts'

export type Victim = 'order' | 'inventory' | 'postgres'

export type Shop = {
  db: Db
  /** The order service. */
  orderUrl: string
  /** The wires between the order service and its callees. */
  wires: { payment: Wire; inventory: Wire }
  kill: (victim: Victim) => Promise<void>
  restart: (victim: Victim) => Promise<void>
  /** Sets a latency of the inventory service; without one, clears its faults. */
  slowInventory: (latencyMs: number | undefined) => Promise<void>
  audit: () => Promise<Audit>
  close: () => Promise<void>
}

const settings = {
  HOST: '127.0.0.1',
  CONCURRENCY: '200',
  // A busy machine refuses no order.
  LOOP_WAIT_LIMIT_MS: '0',
  DB_POOL_MAX: '20',
  CALL_TIMEOUT_MS: '3000',
  FAULT_SWITCH: 'on',
  RECOVERY_INTERVAL_MS: '250',
}

const maxConnections = 300

/** Kills PostgreSQL's main process; its sessions end when they notice. */
async function killPostgres({ postgresFolder = '' }: OpenLab): Promise<void> {
  const [pid] = (await readFile(join(postgresFolder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
  process.kill(Number(pid), 'SIGKILL')
}

/** Restarts it on its port, once the last session of the killed server has ended. */
async function restartPostgres({ postgresFolder: folder = '', databaseUrl }: OpenLab) {
  const port = Number(new URL(databaseUrl).port)
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres({ folder, port, maxConnections })
    } catch (error) {
      if (attempt === 50) throw error
      await delay(100)
    }
  }
}

export async function openShop({ paymentDelayMs = 20 } = {}): Promise<Shop> {
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-resilience-'))
  const wires: Partial<Record<string, Wire>> = {}
  const behindWire = async ({ name, url }: RunningService) => {
    const wire = await createWire(url)
    wires[name] = wire
    return wire.url
  }
  const lab = await openLab({
    database: { port: 0, maxConnections },
    functions: ['payment', 'inventory', 'order'],
    addressOf: behindWire,
    environment: { ...settings, PAYMENT_DELAY_MS: String(paymentDelayMs) },
    logFolder,
  })
  const { payment, inventory } = wires
  if (!payment || !inventory) throw new Error('The order service calls payment and inventory')
  const admin = connect({ url: lab.databaseUrl, max: 2, timeoutMs: 1000 })

  return {
    db: admin.db,
    orderUrl: lab.urls.order,
    wires: { payment, inventory },
    async kill(victim) {
      if (victim === 'postgres') await killPostgres(lab)
      else await lab.services.find(({ name }) => name === victim)?.kill()
    },
    async restart(victim) {
      if (victim === 'postgres') await restartPostgres(lab)
      else await lab.restart(victim)
    },
    async slowInventory(latencyMs) {
      const init =
        latencyMs === undefined
          ? { method: 'DELETE' }
          : { method: 'PUT', body: JSON.stringify({ latency: String(latencyMs) }) }
      await fetch(`${lab.urls.inventory}/faults`, init).catch(() => {})
    },
    audit: () => auditLedger(admin.db, { pendingLimitSeconds: 60 }),
    async close() {
      await lab.kill()
      await Promise.all([payment.close(), inventory.close(), admin.close()])
      await lab.close()
      await rm(logFolder, { recursive: true, force: true })
    },
  }
}

/** Places an order; returns its status, or `lost` if there was no response. */
export const placeOrder = (
  { orderUrl }: Shop,
  payment: 'fail' | 'succeed',
  quantity = 1,
): Promise<number | 'lost'> =>
  fetch(`${orderUrl}/create_order`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    // The seed has products 1 to 3; the others are new.
    body: JSON.stringify({ product_id: quantity, quantity, payment }),
  }).then(
    async (answer) => {
      await answer.arrayBuffer()
      return answer.status
    },
    () => 'lost' as const,
  )

/** `settled` if the ledger balances and every order has ended. */
export async function isSettled({ audit }: Shop): Promise<string> {
  const { balances, orders, findings } = await audit().catch(() => ({
    balances: false,
    orders: { pending: NaN },
    findings: [],
  }))
  if (balances && orders.pending === 0) return 'settled'
  return `pending ${orders.pending}, balances ${balances}, ${JSON.stringify(findings.slice(0, 3))}`
}
