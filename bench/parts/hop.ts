/** One call from function to function: our client against undici's Pool alone. */
import { type Figure, figuresOf, type Target } from '../figure.ts'
import { startFloors } from '../floors/start.ts'
import type { HopOptions, HopResult } from '../load/hop.ts'
import { alternate, type Plan } from '../plan.ts'
import { runProgram } from '../program.ts'

const target: Target = { of: 'ratio', atMost: 1.5 }

/** CPU time and latency of a call, one at a time, to the same callee. */
export async function hop(plan: Plan): Promise<Figure[]> {
  const { cores, seconds, logFolder } = plan
  const [callee] = await startFloors('search', { cores: cores.server, logFolder })
  const measure = (caller: HopOptions['caller']) => () => {
    const argument: HopOptions = { caller, url: callee.url, seconds, warmUpSeconds: seconds / 2 }
    return runProgram<HopResult>(new URL('../load/hop.ts', import.meta.url), argument, plan)
  }
  try {
    const callers = { ours: measure('ours'), floor: measure('floor') }
    return figuresOf('hop', await alternate(callers, plan), [
      ['CPU of a call', 'µs', (calls) => calls.cpuMicroseconds, target],
      ['p99 of a call', 'ms', (calls) => calls.p99Ms, target],
      ['median of a call', 'ms', (calls) => calls.p50Ms],
    ])
  } finally {
    await callee.close()
  }
}
