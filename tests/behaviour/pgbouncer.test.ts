import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { auditLedger } from '../../db/ledger/audit.ts'
import type { Db } from '../../db/schema.ts'
import { beginSaga, findOutcome } from '../../db/work/sagas.ts'
import { ordinaryAccount } from '../../local/processes/accounts.ts'
import { freePort, isFree } from '../../local/processes/ports.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { expiredLease } from '../leases.ts'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { at, nowhere, post, run, runReady } from './services.ts'

/** Starts a PgBouncer in front of a database; returns its URL. */
async function pool(
  database: TestDatabase,
  mode: 'session' | 'transaction' | 'statement',
): Promise<string> {
  const { hostname, port: serverPort, username, password, pathname } = new URL(database.url)
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pgbouncer-'))
  const port = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(
    file,
    `[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 50
`,
  )
  // PgBouncer refuses to run as root.
  const { uid, gid } = await ordinaryAccount()
  if (uid !== undefined && gid !== undefined)
    for (const path of [folder, file]) await chown(path, uid, gid)
  const account = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) }
  const pgbouncer: ChildProcess = spawn('pgbouncer', [file], { stdio: 'ignore', ...account })
  onTestFinished(async () => {
    pgbouncer.kill('SIGKILL')
    if (pgbouncer.exitCode === null && pgbouncer.signalCode === null) await once(pgbouncer, 'exit')
    await rm(folder, { recursive: true, force: true })
  })
  await expect.poll(() => isFree(port)).toBe(false)
  return `postgresql://${username}@127.0.0.1:${port}${pathname}`
}

test.each(['session', 'transaction'] as const)(
  'services work through PgBouncer in %s mode',
  async (mode) => {
    const database = await createTestDatabase()
    onTestFinished(() => database.drop())
    const left = await leaveOrder(database.db)
    const DATABASE_URL = await pool(database, mode)
    const inventory = await runReady('inventory', { DATABASE_URL })
    const order = await runReady('order', {
      DATABASE_URL,
      ...at(inventory),
      PAYMENT_SERVICE_URL: nowhere,
    })
    const orders = Array.from({ length: 20 }, () => post(order, '/create_order', { product_id: 1 }))
    for (const { status, body } of await Promise.all(orders)) {
      expect(status).toBe(400)
      expect(body).toMatchObject({ detail: { compensation_executed: true } })
    }
    const headers = { 'idempotency-key': 'once' }
    const keyed = () => post(order, '/create_order', { product_id: 1 }, { headers })
    expect((await keyed()).body).toEqual((await keyed()).body)
    const status = async () => (await findOutcome(database.db, left))?.status
    await expect.poll(status).toBe('failed')
    const { balances, orders: counts } = await auditLedger(database.db, { pendingLimitSeconds: 60 })
    expect([balances, counts.pending]).toEqual([true, 0])
  },
)

test('messages are delivered through PgBouncer in transaction mode', async () => {
  const database = await openDatabase()
  const pooled = { ...database, url: await pool(database, 'transaction') }
  const settings = { EMAIL_DELAY_MS: '0' }
  const [user, email] = await Promise.all([
    runAsync('user', pooled, settings),
    runAsync('email', pooled, settings),
  ])
  const register = (name: string) => post(user, '/register', { email: `${name}@example.com` })
  for (let n = 0; n < 20; n++) expect((await register(`user${n}`)).status).toBe(202)
  await untilHandled(database, 20)
  // Its lock may have stayed with a connection of the pooler.
  await email.kill()
  expect((await register('late')).status).toBe(202)
  await runAsync('email', pooled, settings)
  await untilHandled(database, 21)
})

/** Inserts an order whose instance has crashed. */
async function leaveOrder(db: Db): Promise<number> {
  const saga = await beginSaga(db, { product_id: 2, quantity: 1, lease: expiredLease() })
  return saga.order_id
}

test('a PgBouncer in statement mode is refused by name', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const service = await run('inventory', {
    DATABASE_URL: await pool(database, 'statement'),
  }).then(
    () => undefined,
    (error: Error) => error.message,
  )
  expect(service).toContain('Set pool_mode = transaction in PgBouncer')
})
