/** What a scenario costs beside its designed waits: registration, product update, order. */
import { launchLab } from '../../local/lab.ts'
import { scenarioOf } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import { comparing, type Figure, type Sides, type Target } from '../figure.ts'
import { type Cost, measureLoad } from '../load/measure-load.ts'
import { pin } from '../machine.ts'
import type { Plan } from '../plan.ts'
import { alternate, warmUp } from '../rounds.ts'
import { openDatabase } from '../sides/database.ts'
import { startFloors } from '../sides/floors.ts'

const clients = 20

// Designed waits of 0 ms, so that none has to be subtracted.
const environment = { HOST: '127.0.0.1', EMAIL_DELAY_MS: '0', PAYMENT_DELAY_MS: '0' }

/** The processes of one side, and the port of the scenario's first service. */
type Side = { port: number; pids: number[] }

async function openOurs(plan: Plan, name: FunctionName, databaseUrl: string) {
  const { logFolder, cores } = plan
  const lab = launchLab({ functions: [name], databaseUrl, environment, logFolder })
  await lab.ready
  const pids = lab.services.map(({ pid }) => pid)
  for (const pid of pids) await pin(pid, cores.servers)
  const port = Number(new URL(lab.urls[name]).port)
  return { port, pids, close: lab.kill }
}

async function openFloor(plan: Plan, name: FunctionName, databaseUrl: string) {
  const { logFolder, cores } = plan
  const options = { functions: [name], databaseUrl, environment, cores: cores.servers, logFolder }
  const { servers, close } = await startFloors(options)
  const pids = [...servers.values()].map(({ pid }) => pid)
  return { port: servers.get(name)?.port ?? 0, pids, close }
}

/** Measures one client, and then 20 at once, against the floor. */
async function measureScenario(part: string, number: number, plan: Plan): Promise<Figure[]> {
  const name = scenarioOf(number).function
  await using stack = new AsyncDisposableStack()
  const database = await openDatabase(plan.cores.servers)
  stack.defer(database.close)
  const ours = await openOurs(plan, name, database.url)
  stack.defer(ours.close)
  const floor = await openFloor(plan, name, database.url)
  stack.defer(floor.close)
  const costOf =
    ({ port, pids }: Side, connections: number) =>
    () =>
      measureLoad({ port, scenario: number, connections, pids }, plan)
  const at = (connections: number) => ({
    ours: costOf(ours, connections),
    floor: costOf(floor, connections),
  })
  if (!plan.quick) await warmUp(at(clients))
  return figuresOf(part, await alternate(at(1), plan), await alternate(at(clients), plan))
}

const cpu = (cost: Cost) => cost.cpuMsPerRequest
const ownCost: Target = { of: 'ratio', atMost: 1.5 }
const throughput: Target = { of: 'ratio', atLeast: 0.7 }

function figuresOf(part: string, alone: Sides<Cost>, together: Sides<Cost>): Figure[] {
  const ofOne = comparing(part, alone)
  const ofMany = comparing(part, together)
  return [
    ofOne('own latency, 1 client', 'ms', ({ p50Ms }) => p50Ms, ownCost),
    ofOne('CPU of a request, 1 client', 'ms', cpu, ownCost),
    ofMany(`throughput, ${clients} clients`, '1/s', ({ rate }) => rate, throughput),
    ofMany(`CPU of a request, ${clients} clients`, 'ms', cpu),
  ]
}

const scenarioPart = (part: string, number: number) => (plan: Plan) =>
  measureScenario(part, number, plan)

export const register = scenarioPart('register', 1)
export const product = scenarioPart('product', 3)
export const order = scenarioPart('order', 5)
