/** What a waiting request costs: payments that wait at the same time on one process. */
import { startService, untilReady } from '../../local/processes/process.ts'
import { comparing, type Figure, type Target } from '../figure.ts'
import type { WaitingOptions, WaitingResult } from '../load/waiting.ts'
import { pin } from '../machine.ts'
import type { Plan } from '../plan.ts'
import { runProgramOn } from '../program.ts'
import { alternate } from '../rounds.ts'
import { startFloors } from '../sides/floors.ts'
import { type Memory, memoryOf } from '../usage.ts'

const part = 'waiting'
const load = { payments: 10_000, overMs: 3000, waitMs: 4500 }
const quickLoad = { payments: 500, overMs: 400, waitMs: 1000 }
const loadOf = ({ quick }: Plan) => (quick ? quickLoad : load)

// Slots and queue are opened, so that each payment waits for its time alone.
const opened = { CONCURRENCY: '20000', QUEUE_LIMIT: '20000', LOOP_WAIT_LIMIT_MS: '0' }

type Waiting = WaitingResult & Memory

type Process = { port: number; pid: number; close: () => Promise<unknown> }

const environmentOf = (plan: Plan) => ({
  ...opened,
  HOST: '127.0.0.1',
  PAYMENT_DELAY_MS: String(loadOf(plan).waitMs),
})

async function startOurs(plan: Plan): Promise<Process> {
  const { logFolder } = plan
  const service = await startService({
    name: 'payment',
    environment: environmentOf(plan),
    logFolder,
  })
  await untilReady(service)
  await pin(service.pid, plan.cores.server)
  return { ...service, close: service.kill }
}

async function startFloor(plan: Plan): Promise<Process> {
  const environment = environmentOf(plan)
  const { servers, close } = await startFloors({
    functions: ['payment'],
    environment,
    cores: plan.cores.server,
    logFolder: plan.logFolder,
  })
  const { port = 0, pid = 0 } = servers.get('payment') ?? {}
  return { port, pid, close }
}

const warmUpRequests = 500

/** Answers at once, so that what grows later is what waits. */
async function warmUp(port: number): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  for (let n = 0; n < warmUpRequests; n++)
    await (await fetch(`http://127.0.0.1:${port}/process_payment_fail`, init)).text()
}

/** A new process each time: one that has waited before has room for it already. */
const measure =
  (plan: Plan, start: (plan: Plan) => Promise<Process>) => async (): Promise<Waiting> => {
    const { port, pid, close } = await start(plan)
    try {
      await warmUp(port)
      const before = await memoryOf([pid])
      let during = before
      const argument: WaitingOptions = { port, ...loadOf(plan) }
      const result = await runProgramOn<WaitingResult>({
        script: new URL('../load/waiting.ts', import.meta.url),
        argument,
        cores: plan.cores.client,
        signal: plan.signal,
        onMeasuring: async () => {
          during = await memoryOf([pid])
        },
      })
      if (result.unexpected > 0)
        throw new Error(`${result.unexpected} payments were not answered 200`)
      const each = (kind: keyof Memory) => (during[kind] - before[kind]) / argument.payments
      return { ...result, rss: each('rss'), pss: each('pss') }
    } finally {
      await close()
    }
  }

/** Memory of each payment that waits, and how late the answers come. */
export async function waiting(plan: Plan): Promise<Figure[]> {
  const sides = { ours: measure(plan, startOurs), floor: measure(plan, startFloor) }
  const compare = comparing(part, await alternate(sides, plan))
  return [
    compare('memory of a waiting payment (RSS)', 'KiB', ({ rss }) => rss, most(16)),
    compare('the same (PSS)', 'KiB', ({ pss }) => pss),
    compare('latest answer after its wait', 's', (w) => w.mostLateMs / 1000, most(0.5)),
  ]
}

const most = (atMost: number): Target => ({ of: 'ours', atMost })
