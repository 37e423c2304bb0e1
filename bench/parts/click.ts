/** Clicks per second of one analytics process on one core. */
import { startService, untilReady } from '../../local/processes/process.ts'
import { type Figure, figuresFrom, type Target } from '../figure.ts'
import { type Server, startFloors } from '../floors/start.ts'
import type { Cost } from '../load/closed-loop.ts'
import { measureLoad } from '../load/measure-load.ts'
import { pin } from '../machine.ts'
import type { Plan } from '../plan.ts'
import { alternate } from '../rounds.ts'

const scenario = 6
const connections = 50

async function startOurs({ cores, logFolder }: Plan, runtime: string): Promise<Server> {
  const service = await startService({
    name: 'analytics',
    environment: { HOST: '127.0.0.1' },
    runtime,
    logFolder: `${logFolder}/${runtime === process.execPath ? 'node' : 'bun'}`,
  })
  await untilReady(service)
  await pin(service.pid, cores.server)
  return { ...service, close: async () => void (await service.kill()) }
}

async function startFloor({ cores, logFolder }: Plan): Promise<Server> {
  const [server] = await startFloors('analytics', { cores: cores.server, logFolder })
  return server
}

/** Our click on Node.js and on Bun against the floor, and the limit of the load generator. */
export async function click(plan: Plan): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack()
  const open = async (starting: Promise<Server>) => {
    const { port, pid, close } = await starting
    stack.defer(close)
    return () => measureLoad({ port, scenario, connections, pids: [pid] }, plan)
  }
  const onNode = {
    ours: await open(startOurs(plan, process.execPath)),
    floor: await open(startFloor(plan)),
  }
  const bun = await plan.findBun()
  if (!bun) return figuresOf(await alternate(onNode, plan))
  const all = { ...onNode, bun: await open(startOurs(plan, bun)) }
  return figuresOf(await alternate(all, plan))
}

const rate = (cost: Cost) => cost.rate
const cpu = (cost: Cost) => cost.cpuMsPerRequest * 1000
const atLeast = (ratio: number): Target => ({ of: 'ratio', atLeast: ratio })

type Results = Record<'ours' | 'floor', Cost[]> & { bun?: Cost[] }

function figuresOf({ ours, floor, bun }: Results): Figure[] {
  const onNode = figuresFrom('click', { ours, floor })
  const onBun = bun && figuresFrom('click', { ours: bun, floor })
  return [
    onNode('clicks on Node.js', '1/s', rate, atLeast(0.7)),
    onNode('CPU of a click on Node.js', 'µs', cpu),
    ...(onBun
      ? [
          onBun('clicks on Bun, floor on Node.js', '1/s', rate, atLeast(0.9)),
          onBun('CPU of a click on Bun, floor on Node.js', 'µs', cpu),
        ]
      : []),
    onNode('core of the generator meanwhile', 'share', (cost) => cost.generatorShare),
  ]
}
