/** Clicks per second of one analytics process on one core. */
import { inheritedBy } from '../../local/processes/inherited.ts'
import { startService, untilReady } from '../../local/processes/process.ts'
import { type Figure, figuresOf, type Target } from '../figure.ts'
import { type Server, startFloors } from '../floors/start.ts'
import type { Cost } from '../load/closed-loop.ts'
import { pin } from '../machine.ts'
import { alternate, type Plan, settingsOf } from '../plan.ts'
import { measureLoad } from '../program.ts'

const scenario = 6
const connections = 50

type Started = Pick<Server, 'port' | 'pid'> & { close: () => Promise<unknown> }

async function startOurs(plan: Plan, runtime: string): Promise<Started> {
  const { cores, logFolder } = plan
  const service = await startService({
    name: 'analytics',
    environment: settingsOf(plan),
    inherited: inheritedBy(process.env),
    runtime,
    logFolder: `${logFolder}/${runtime === process.execPath ? 'node' : 'bun'}`,
  })
  await untilReady(service)
  pin(service.pid, cores.server)
  return { ...service, close: service.kill }
}

/** Our click on Node.js and on Bun against the floor, and the limit of the load generator. */
export async function click(plan: Plan): Promise<Figure[]> {
  const { cores, logFolder } = plan
  await using stack = new AsyncDisposableStack()
  const open = async ({ port, pid, close }: Started) => {
    stack.defer(async () => void (await close()))
    return () => measureLoad({ port, scenario, connections, pids: [pid] }, plan)
  }
  const ours = await open(await startOurs(plan, process.execPath))
  const [server] = await startFloors('analytics', { cores: cores.server, logFolder })
  const floor = await open(server)
  const bun = await plan.findBun()
  const onBun = bun === undefined ? undefined : await open(await startOurs(plan, bun))
  return figures(await alternate({ ours, floor, onBun }, plan))
}

const rate = (cost: Cost) => cost.rate
const cpu = (cost: Cost) => cost.cpuMsPerRequest * 1000
const atLeast = (ratio: number): Target => ({ of: 'ratio', atLeast: ratio })

const figures = ({ ours, floor, onBun }: Record<'ours' | 'floor' | 'onBun', Cost[]>): Figure[] => [
  ...figuresOf('click', { ours, floor }, [
    ['clicks on Node.js', '1/s', rate, atLeast(0.7)],
    ['CPU of a click on Node.js', 'µs', cpu],
  ]),
  ...figuresOf('click', { ours: onBun, floor }, [
    ['clicks on Bun, floor on Node.js', '1/s', rate, atLeast(0.9)],
    ['CPU of a click on Bun, floor on Node.js', 'µs', cpu],
  ]),
  ...figuresOf('click', { ours, floor }, [
    ['core of the generator meanwhile', 'share', (cost) => cost.generatorShare],
  ]),
]
