/** The cost of an order beside its designed waits. */
import { launchLab } from '../../local/lab.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import { type Figure, figuresOf, type Target } from '../figure.ts'
import { startFloors } from '../floors/start.ts'
import type { Cost } from '../load/closed-loop.ts'
import { pin } from '../machine.ts'
import { alternate, type Plan, settingsOf } from '../plan.ts'
import { measureLoad } from '../program.ts'
import { openDatabase } from './database.ts'

const scenario = 5
const clients = 20

// A payment of 0 ms: no designed wait has to be subtracted.
const instant = { PAYMENT_DELAY_MS: '0' }

/** The processes that an order passes, and the port of the first. */
type Shop = { port: number; pids: number[]; close: () => Promise<unknown> }

async function openOurs(plan: Plan, databaseUrl: string): Promise<Shop> {
  const { logFolder, cores } = plan
  const environment = { ...settingsOf(plan), ...instant }
  const inherited = inheritedBy(process.env)
  const lab = launchLab({ functions: ['order'], databaseUrl, environment, inherited, logFolder })
  await lab.ready
  const pids = lab.services.map(({ pid }) => pid)
  for (const pid of pids) pin(pid, cores.servers)
  return { port: Number(new URL(lab.urls.order).port), pids, close: lab.kill }
}

async function openFloor(plan: Plan, databaseUrl: string): Promise<Shop> {
  const { logFolder, cores } = plan
  const servers = await startFloors('order', {
    environment: { ...settingsOf(plan), ...instant, DATABASE_URL: databaseUrl },
    cores: cores.servers,
    logFolder,
  })
  const close = () => Promise.all(servers.map((server) => server.close()))
  return { port: servers[0].port, pids: servers.map(({ pid }) => pid), close }
}

/** Measures one client, and then 20 at once, against the floor. */
export async function order(plan: Plan): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const open = async (opening: Promise<Shop>) => {
    const { port, pids, close } = await opening
    stack.defer(async () => void (await close()))
    return (connections: number) => () => measureLoad({ port, scenario, connections, pids }, plan)
  }
  const ours = await open(openOurs(plan, database.url))
  const floor = await open(openFloor(plan, database.url))
  const roundsAt = (connections: number) =>
    alternate({ ours: ours(connections), floor: floor(connections) }, plan)
  return [
    ...figuresOf('order', await roundsAt(1), [
      ['own latency, 1 client', 'ms', ({ p50Ms }) => p50Ms, ownCost],
      ['CPU of a request, 1 client', 'ms', cpu, ownCost],
    ]),
    ...figuresOf('order', await roundsAt(clients), [
      [`throughput, ${clients} clients`, '1/s', ({ rate }) => rate, throughput],
      [`CPU of a request, ${clients} clients`, 'ms', cpu],
    ]),
  ]
}

const cpu = (cost: Cost) => cost.cpuMsPerRequest
const ownCost: Target = { of: 'ratio', atMost: 1.5 }
const throughput: Target = { of: 'ratio', atLeast: 0.7 }
