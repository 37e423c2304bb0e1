/** One call from function to function: our client against undici's Pool alone. */
import { comparing, type Figure, type Target } from '../figure.ts'
import type { HopOptions, HopResult } from '../load/hop.ts'
import type { Plan } from '../plan.ts'
import { runProgramOn } from '../program.ts'
import { alternate } from '../rounds.ts'
import { startServer } from '../sides/server.ts'

const part = 'hop'
const target: Target = { of: 'ratio', atMost: 1.5 }

/** CPU time and latency of a call, one at a time, to the same callee. */
export async function hop(plan: Plan): Promise<Figure[]> {
  const { cores, seconds, signal, logFolder } = plan
  const callee = await startServer({
    script: new URL('../floors/main.ts', import.meta.url),
    args: ['search'],
    cores: cores.server,
    logFile: `${logFolder}/search-floor.log`,
  })
  const measure = (side: HopOptions['side']) => () =>
    runProgramOn<HopResult>({
      script: new URL('../load/hop.ts', import.meta.url),
      argument: { side, url: callee.url, seconds, warmUpSeconds: seconds / 2 } satisfies HopOptions,
      cores: cores.client,
      signal,
    })
  try {
    const sides = { ours: measure('ours'), floor: measure('floor') }
    const compare = comparing(part, await alternate(sides, plan))
    return [
      compare('CPU of a call', 'µs', (calls) => calls.cpuMicroseconds, target),
      compare('p99 of a call', 'ms', (calls) => calls.p99Ms, target),
      compare('median of a call', 'ms', (calls) => calls.p50Ms),
    ]
  } finally {
    await callee.close()
  }
}
