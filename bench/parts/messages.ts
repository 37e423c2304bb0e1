/** The asynchronous style against the synchronous one: the price of accepting, and of delivering. */
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { quantile } from 'simple-statistics'
import { type Connection, connect } from '../../db/connection/connect.ts'
import { storeMessages } from '../../db/work/store-messages.ts'
import { type Lab, launchLab } from '../../local/lab.ts'
import type { LabDatabase } from '../../local/postgres/lab-database.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import type { Envelope } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { type Figure, figuresOf, type Target } from '../figure.ts'
import type { Cost } from '../load/closed-loop.ts'
import { pin } from '../machine.ts'
import { alternate, type Plan } from '../plan.ts'
import { measureLoad } from '../program.ts'
import { cpuMs } from '../usage.ts'
import { answeredClicks, drainClicks } from './accepted-clicks.ts'
import { openDatabase, postmasterOf } from './database.ts'
import { compareTen } from './ten-services.ts'

const register = 1
const clicking = 6
const clients = 20
const clickClients = 50

// No designed wait has to be subtracted.
const environment = { HOST: '127.0.0.1', EMAIL_DELAY_MS: '0', BACKLOG_LIMIT: '0' }

type Side = { lab: Lab; style: StyleName }

async function openSide(plan: Plan, database: LabDatabase, style: StyleName, of: FunctionName[]) {
  const { logFolder, cores } = plan
  const lab = launchLab({
    ...{ style, functions: of, databaseUrl: database.url, environment },
    ...{ inherited: inheritedBy(process.env), logFolder: `${logFolder}/${style}` },
  })
  await lab.ready
  for (const { pid } of lab.services) pin(pid, cores.servers)
  return { lab, style }
}

const pidsOf = ({ lab }: Side, ...names: FunctionName[]) =>
  lab.services.filter(({ name }) => names.includes(name)).map(({ pid }) => pid)

type Loaded = {
  side: Side
  name: FunctionName
  scenario: number
  connections: number
  /** PostgreSQL, if its CPU time counts. */
  parent?: number
}

/** The cost of a request in Node.js, and in PostgreSQL if that is named. */
const costOf =
  (plan: Plan, { side, name, scenario, connections, parent }: Loaded) =>
  () => {
    const port = Number(new URL(side.lab.urls[name]).port)
    const pids = name === 'user' ? pidsOf(side, 'user', 'email') : pidsOf(side, name)
    const accepts = side.style === 'async'
    const load = { port, scenario, connections, pids, accepts }
    return measureLoad({ ...load, ...(parent && { parent }) }, plan)
  }

const registration = (index: number): Envelope => {
  const time = new Date().toISOString()
  const data = { user_id: 1, email: `user${index}@example.com`, timestamp: time }
  const [id, correlationid] = [crypto.randomUUID(), crypto.randomUUID()]
  const dataschema = '/schemas/UserRegistered/1'
  return { id, type: 'UserRegistered', source: '/bench', time, dataschema, correlationid, data }
}

async function countHandled({ db }: Connection): Promise<number> {
  const { count } = await db
    .selectFrom('inbox')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const queue = 'user_registered_queue'

/** Stores messages, and waits until they are handled. */
async function handle(connection: Connection, count: number, signal: AbortSignal): Promise<void> {
  const all = (await countHandled(connection)) + count
  await storeMessages(
    connection.db,
    queue,
    Array.from({ length: count }, (_, n) => registration(n)),
  )
  while ((await countHandled(connection)) < all) await delay(20, undefined, { signal })
}

/** CPU time of the consumer's Node.js for one delivery, in milliseconds. */
async function measureDelivery(connection: Connection, side: Side, plan: Plan): Promise<number> {
  const count = plan.quick ? 200 : 2000
  const pids = pidsOf(side, 'email')
  const before = cpuMs(pids)
  await handle(connection, count, plan.signal)
  return (cpuMs(pids) - before) / count
}

/** The median from stored to handled, one message at a time, in milliseconds. */
async function measureHop(connection: Connection, { signal, quick }: Plan): Promise<number> {
  await connection.db.deleteFrom('inbox').execute()
  for (let n = 0; n < (quick ? 5 : 30); n++) await handle(connection, 1, signal)
  const rows = await connection.db
    .selectFrom('inbox')
    .select(['accepted_at', 'handled_at'])
    .execute()
  return quantile(
    rows.map((row) => row.handled_at.getTime() - row.accepted_at.getTime()),
    0.5,
  )
}

const cpu = ({ cpuMsPerRequest }: Cost) => cpuMsPerRequest
const rate = (cost: Cost) => cost.rate
const atMost = (limit: number, of: Target['of'] = 'ratio'): Target => ({ of, atMost: limit })

export async function messages(plan: Plan): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const parent = await postmasterOf(database)
  const open = async (style: StyleName, of: FunctionName[]) => {
    const side = await openSide(plan, database, style, of)
    stack.defer(side.lab.kill)
    return side
  }
  const sync = await open('sync', ['user', 'email', 'analytics'])
  const accepting = await open('async', ['user'])
  const registering = (side: Side, counted: { parent?: number }) =>
    costOf(plan, { side, name: 'user', scenario: register, connections: clients, ...counted })
  const registered = await alternate(
    { ours: registering(accepting, { parent }), floor: registering(sync, { parent }) },
    plan,
  )
  const connection = connect({ url: database.url, max: 1 })
  stack.defer(connection.close)
  // Nobody has consumed what was accepted.
  await sql`delete from pgboss.job`.execute(connection.db)
  const consuming = await open('async', ['email', 'analytics'])
  const delivered = await alternate(
    {
      ours: () => measureDelivery(connection, consuming, plan),
      floor: async () => cpu(await registering(sync, {})()),
    },
    plan,
  )
  const hops = await alternate({ ours: () => measureHop(connection, plan) }, plan)
  const clicks = (side: Side) =>
    costOf(plan, {
      ...{ side, name: 'analytics', scenario: clicking, connections: clickClients, parent },
    })
  const accept = clicks(consuming)
  const answer = clicks(sync)
  const clicked = await alternate(
    {
      ours: async () => drainClicks(await accept(), connection.db, plan.signal),
      floor: async () => answeredClicks(await answer()),
    },
    plan,
  )
  const value = (one: number) => one
  return [
    ...figuresOf('messages', registered, [
      ['CPU to accept a registration, : to register', 'ms', cpu, atMost(2.5)],
    ]),
    ...figuresOf('messages', delivered, [
      ['CPU of a delivery, : to register', 'ms', value, atMost(2)],
    ]),
    ...figuresOf('messages', hops, [['stored → handled, idle', 'ms', value, atMost(25, 'ours')]]),
    ...figuresOf('messages', clicked, [
      ['clicks accepted, : answered', '1/s', rate, { of: 'ratio', atLeast: 0.3 }],
      ['CPU of a click accepted, : answered', 'ms', cpu],
      ['clicks handled after the load, : answered', '1/s', ({ handledRate }) => handledRate],
    ]),
    ...figuresOf('messages', { ours: clicked.ours }, [
      ['clicks that wait after the load', '', ({ waiting }) => waiting],
    ]),
    ...(await compareTen(plan)),
  ]
}
