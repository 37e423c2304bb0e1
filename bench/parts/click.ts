/** Clicks per second of one analytics process on one core. */
import { installBun } from '../../local/install-bun.ts'
import { startService, untilReady } from '../../local/process.ts'
import { type Figure, figureOf } from '../figure.ts'
import type { LoadResult } from '../load/closed-loop.ts'
import { measureLoad } from '../load/measure-load.ts'
import { pin } from '../machine.ts'
import type { Plan } from '../plan.ts'
import { alternate } from '../rounds.ts'
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
    const server = await starting
    stack.defer(server.close)
    return () => measureLoad({ port: server.port, scenario, connections }, plan)
  }
  const sides = {
    ours: await open(startOurs(plan, process.execPath)),
    floor: await open(startFloor(plan)),
    bun: await open(startOurs(plan, await installBun())),
    hello: await open(startHello(plan)),
  }
  const rounds = await alternate(sides, plan.rounds)
  const rates = (results: LoadResult[]) => results.map(({ answers, seconds }) => answers / seconds)
  const floor = rates(rounds.floor)
  const figure = { part, unit: '1/s' }
  return [
    figureOf({
      ...figure,
      measure: 'clicks on Node.js',
      ours: rates(rounds.ours),
      floor,
      target: { of: 'ratio', atLeast: 0.8 },
    }),
    figureOf({
      ...figure,
      measure: 'clicks on Bun, floor on Node.js',
      ours: rates(rounds.bun),
      floor,
      target: { of: 'ratio', atLeast: 1 },
    }),
    figureOf({
      ...figure,
      measure: 'generator against an empty node:http server',
      ours: rates(rounds.hello),
      floor,
    }),
    figureOf({
      part,
      measure: 'core of the generator during clicks on Node.js',
      unit: 'share',
      ours: rounds.ours.map(({ generatorShare }) => generatorShare),
      floor: rounds.floor.map(({ generatorShare }) => generatorShare),
    }),
  ]
}
