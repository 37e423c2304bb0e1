/** One call from function to function: our client against undici's Pool alone. */
import { type Figure, figureOf } from '../figure.ts'
import type { HopOptions, HopResult } from '../load/hop.ts'
import type { Plan } from '../plan.ts'
import { runProgramOn } from '../program.ts'
import { alternate } from '../rounds.ts'
import { startServer } from '../sides/server.ts'

const part = 'hop'
const atMost = 1.5

/** CPU time and latency of a call, one at a time, to the same callee. */
export async function hop({ cores, rounds, seconds, warmUpSeconds }: Plan): Promise<Figure[]> {
  const callee = await startServer({
    script: new URL('../floors/main.ts', import.meta.url),
    args: ['search'],
    cores: cores.server,
  })
  const measure = (side: HopOptions['side']) => () =>
    runProgramOn<HopResult>({
      script: new URL('../load/hop.ts', import.meta.url),
      argument: { side, url: callee.url, seconds, warmUpSeconds } satisfies HopOptions,
      cores: cores.client,
    })
  try {
    const { ours, floor } = await alternate(
      { ours: measure('ours'), floor: measure('floor') },
      rounds,
    )
    const compare = (measure: string, unit: string, pick: (result: HopResult) => number) => ({
      part,
      measure,
      unit,
      ours: ours.map(pick),
      floor: floor.map(pick),
    })
    const target = { of: 'ratio', atMost } as const
    return [
      figureOf({ ...compare('CPU of a call', 'µs', (r) => r.cpuMicroseconds), target }),
      figureOf({ ...compare('p99 of a call', 'ms', (r) => r.p99Ms), target }),
      figureOf(compare('median of a call', 'ms', (r) => r.p50Ms)),
    ]
  } finally {
    await callee.close()
  }
}
