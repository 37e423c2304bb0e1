/** The cost of an order beside its designed waits. */
import { launchLab } from '../../local/lab.ts'
import { type Figure, figuresFrom, type Rounds, type Target } from '../figure.ts'
import { startFloors } from '../floors/start.ts'
import type { Cost } from '../load/closed-loop.ts'
import { measureLoad } from '../load/measure-load.ts'
import { pin } from '../machine.ts'
import { openDatabase } from '../open-database.ts'
import type { Plan } from '../plan.ts'
import { alternate } from '../rounds.ts'

const scenario = 5
const clients = 20

// A payment of 0 ms: no designed wait has to be subtracted.
const environment = { HOST: '127.0.0.1', PAYMENT_DELAY_MS: '0' }

/** The processes that an order passes, and the port of the first. */
type Shop = { port: number; pids: number[] }

async function openOurs({ logFolder, cores }: Plan, databaseUrl: string) {
  const lab = launchLab({ functions: ['order'], databaseUrl, environment, logFolder })
  await lab.ready
  const pids = lab.services.map(({ pid }) => pid)
  for (const pid of pids) await pin(pid, cores.servers)
  return { port: Number(new URL(lab.urls.order).port), pids, close: lab.kill }
}

async function openFloor({ logFolder, cores }: Plan, databaseUrl: string) {
  const [order, ...callees] = await startFloors('order', {
    environment: { ...environment, DATABASE_URL: databaseUrl },
    cores: cores.servers,
    logFolder,
  })
  const all = [order, ...callees]
  const close = async () => void (await Promise.all(all.map((server) => server.close())))
  return { port: order.port, pids: all.map(({ pid }) => pid), close }
}

/** Measures one client, and then 20 at once, against the floor. */
export async function order(plan: Plan): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const ours = await openOurs(plan, database.url)
  stack.defer(ours.close)
  const floor = await openFloor(plan, database.url)
  stack.defer(floor.close)
  const costOf =
    ({ port, pids }: Shop, connections: number) =>
    () =>
      measureLoad({ port, scenario, connections, pids }, plan)
  const at = (connections: number) => ({
    ours: costOf(ours, connections),
    floor: costOf(floor, connections),
  })
  return figuresOf(await alternate(at(1), plan), await alternate(at(clients), plan))
}

const cpu = (cost: Cost) => cost.cpuMsPerRequest
const ownCost: Target = { of: 'ratio', atMost: 1.5 }
const throughput: Target = { of: 'ratio', atLeast: 0.7 }

function figuresOf(alone: Rounds<Cost>, together: Rounds<Cost>): Figure[] {
  const ofOne = figuresFrom('order', alone)
  const ofMany = figuresFrom('order', together)
  return [
    ofOne('own latency, 1 client', 'ms', ({ p50Ms }) => p50Ms, ownCost),
    ofOne('CPU of a request, 1 client', 'ms', cpu, ownCost),
    ofMany(`throughput, ${clients} clients`, '1/s', ({ rate }) => rate, throughput),
    ofMany(`CPU of a request, ${clients} clients`, 'ms', cpu),
  ]
}
