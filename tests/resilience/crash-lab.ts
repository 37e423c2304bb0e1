/** A lab of the asynchronous style whose services end by themselves, and are started again. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { connect } from '../../db/connection/connect.ts'
import { auditLedger } from '../../db/ledger/audit.ts'
import type { Db } from '../../db/schema.ts'
import { countDeadLetters } from '../../db/work/dead-letters.ts'
import { openLab } from '../../local/lab.ts'
import type { FunctionName } from '../../model/services.ts'
import { brokerName, openBroker } from '../broker.ts'
import { findUndone } from './accepted.ts'
import { type Alteration, alterServices } from './altered-services.ts'
import type { Seen } from './clients.ts'
import { restartPostgresAtOnce } from './postgres.ts'
import type { Step } from './steps.ts'

/** Those of registrations, payments and orders. */
const usual: readonly FunctionName[] = ['user', 'email', 'order', 'inventory', 'payment']

// Some deliveries fail, so that there are retries.
const FAULTS = JSON.stringify({ email: { error_rate: 0.1 }, payment: { error_rate: 0.1 } })

const settings = {
  HOST: '127.0.0.1',
  EMAIL_DELAY_MS: '50',
  PAYMENT_DELAY_MS: '50',
  REPORT_CPU_SECONDS: '0.01',
  LOOP_WAIT_LIMIT_MS: '0',
}

/** Counts each effect in its transaction, where nothing but the style itself prevents a second one. */
const counting: Alteration = {
  file: 'runtime/messaging/work.ts',
  from: '  async function commit(): Promise<Ending> {\n',
  to: `  async function commit(): Promise<Ending> {
    for (const { queue, message_id } of due.map((one) => ({ queue: one.taken.queue, message_id: one.envelope.id })))
      await sql\`insert into effects values (\${queue}, \${message_id})\`.execute(transaction.db)
`,
}
const withSql: Alteration = {
  file: 'runtime/messaging/work.ts',
  from: "import type { Context } from 'hono'\n",
  to: "import type { Context } from 'hono'\nimport { sql } from 'kysely'\n",
}

export type CrashOptions = {
  functions?: readonly FunctionName[]
  alterations?: readonly Alteration[]
  /** The steps at which services end themselves, and the share of times. */
  steps?: readonly Step[]
  share?: number
}

export async function openCrashLab({
  functions = usual,
  alterations = [],
  steps = [],
  share = 0,
}: CrashOptions) {
  await using opened = new AsyncDisposableStack()
  const broker = opened.adopt(await openBroker(), ({ close }) => close())
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-crash-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const ending = join(folder, 'ending')
  const killing = { KILL_STEPS: steps.join(), KILL_SHARE: String(share), KILL_WHILE: ending }
  const lab = await openLab({
    style: 'async',
    functions,
    database: { port: 0, maxConnections: 300 },
    environment: {
      ...settings,
      ...broker.settings,
      ...killing,
      ...(steps.includes('retried') && { FAULTS }),
    },
    runtime: await alterServices(folder, [counting, withSql, ...alterations]),
    logFolder: join(folder, 'logs'),
  })
  opened.defer(lab.close)
  const { db, close } = connect({ url: lab.databaseUrl, max: 2 })
  opened.defer(close)
  await sql`create table effects (queue text, message_id uuid)`.execute(db)
  let crashes = 0
  let isOver = false
  const serviceOf = (name: FunctionName) => lab.services.find((service) => service.name === name)

  /** Starts a service again whenever it has ended. */
  async function keep(name: FunctionName): Promise<void> {
    while (!isOver) {
      await serviceOf(name)?.exited
      if (isOver) return
      crashes++
      // It may end while it starts.
      await lab.restart(name).catch(() => delay(100))
    }
  }
  const kept = functions.map(keep)
  const owned = opened.move()
  const servers = [
    () => restartPostgresAtOnce(lab),
    ...(brokerName === 'rabbitmq' ? [broker.restartAtOnce] : []),
  ]

  return {
    lab,
    db,
    broker,
    /** How often services have ended. */
    crashes: () => crashes,
    /** Lets services end themselves at their steps, or stops that. */
    endAtSteps: (does: boolean) => (does ? writeFile(ending, '') : rm(ending, { force: true })),
    /** Ends a service at once. */
    kill: (name: FunctionName) => void serviceOf(name)?.kill(),
    /** Kills a server that services stand on, and starts it again: each in its turn. */
    restartServer: (turn: number) => servers[turn % servers.length]?.(),
    async close() {
      isOver = true
      await lab.kill()
      await Promise.all(kept)
      await owned.disposeAsync()
    },
  }
}

export type CrashLab = Awaited<ReturnType<typeof openCrashLab>>

type Count = { count: number }
const countOf = async (query: { execute: (db: Db) => Promise<{ rows: Count[] }> }, db: Db) =>
  (await query.execute(db)).rows[0]?.count ?? 0

/** What is wrong once all messages are done; each is 0 if nothing was lost or done twice. */
export async function findFaults({ db, broker }: CrashLab, accepted: readonly Seen[]) {
  const { balances, orders } = await auditLedger(db, { pendingLimitSeconds: 60 })
  const dead = [...(await countDeadLetters(db)).values()].reduce((sum, count) => sum + count, 0)
  const stored = await countOf(
    sql<Count>`select count(*)::integer as count from pgboss.job where state < 'completed'`,
    db,
  )
  return {
    undelivered: stored + (await broker.countWaiting()),
    undone: (await findUndone(db, accepted)).length,
    twice: await countOf(
      sql<Count>`
        select count(*)::integer as count
        from (select from effects group by queue, message_id having count(*) > 1) as twice
      `,
      db,
    ),
    withoutEmail: await countOf(
      sql<Count>`
        select ((select count(*) from users)
          - (select count(distinct message_id) from effects where queue = 'user_registered_queue')
        )::integer as count
      `,
      db,
    ),
    pending: orders.pending,
    dead,
    unbalanced: balances ? 0 : 1,
  }
}
