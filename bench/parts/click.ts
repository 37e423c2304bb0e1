/** Clicks per second of one analytics process on one core. */
import { startService, untilReady } from '../../local/processes/process.ts'
import { comparing, type Figure, type Target } from '../figure.ts'
import { type Cost, measureLoad } from '../load/measure-load.ts'
import { pin } from '../machine.ts'
import type { Plan } from '../plan.ts'
import { measureWarm } from '../rounds.ts'
import { findBun } from '../sides/bun.ts'
import { type Server, startServer } from '../sides/server.ts'

const part = 'click'
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

const startFloor = ({ cores }: Plan) =>
  startServer({
    script: new URL('../floors/main.ts', import.meta.url),
    args: ['analytics'],
    cores: cores.server,
  })

const startHello = ({ cores }: Plan) =>
  startServer({ script: new URL('../sides/hello.ts', import.meta.url), cores: cores.server })

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
    hello: await open(startHello(plan)),
  }
  const bun = await findBun(plan)
  if (!bun) return figuresOf(await measureWarm(onNode, plan))
  const sides = { ...onNode, bun: await open(startOurs(plan, bun)) }
  return figuresOf(await measureWarm(sides, plan))
}

const rate = (cost: Cost) => cost.rate
const cpu = (cost: Cost) => cost.cpuMsPerRequest * 1000
const generator = (cost: Cost) => cost.generatorShare

type Rounds = Record<'ours' | 'floor' | 'hello', Cost[]> & { bun?: Cost[] }

const ratioAtLeast = (atLeast: number): Target => ({ of: 'ratio', atLeast })

function figuresOf({ ours, floor, bun, hello }: Rounds): Figure[] {
  const onNode = comparing(part, { ours, floor })
  const onBun = bun && comparing(part, { ours: bun, floor })
  const empty = comparing(part, { ours: hello, floor })
  return [
    onNode('clicks on Node.js', '1/s', rate, ratioAtLeast(0.8)),
    onNode('CPU of a click on Node.js', 'µs', cpu),
    ...(onBun
      ? [
          onBun('clicks on Bun, floor on Node.js', '1/s', rate, ratioAtLeast(1)),
          onBun('CPU of a click on Bun, floor on Node.js', 'µs', cpu),
        ]
      : []),
    empty('an empty node:http server instead of ours', '1/s', rate),
    empty('core of the generator meanwhile', 'share', generator),
  ]
}
