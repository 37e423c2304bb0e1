import type { Plan } from '../plan.ts'
import { runProgram } from '../run-program.ts'
import type { LoadOptions, LoadResult } from './closed-loop.ts'

const script = new URL('closed-loop.ts', import.meta.url)

/** A load, and what it cost. */
export type Cost = LoadResult & {
  /** Answers per second. */
  rate: number
  /** CPU time of all services together per answer, in milliseconds. */
  cpuMsPerRequest: number
}

/**
 * Loads a server once, and counts the CPU time of its processes meanwhile.
 * @throws Error if an answer had another status than the scenario's own
 */
export async function measureLoad(
  load: Pick<LoadOptions, 'port' | 'scenario' | 'connections' | 'pids'>,
  { cores, seconds, warmUpSeconds, signal }: Plan,
): Promise<Cost> {
  const argument: LoadOptions = { ...load, seconds, warmUpSeconds }
  const options = { script, argument, cores: cores.client, signal }
  const result = await runProgram<LoadResult>(options)
  refuseUnexpected(load.scenario, result)
  return {
    ...result,
    rate: result.answers / result.seconds,
    cpuMsPerRequest: result.cpuMs / result.answers,
  }
}

function refuseUnexpected(scenario: number, { unexpected }: LoadResult): void {
  const counts = Object.entries(unexpected).map(([status, count]) => `${count} × ${status}`)
  if (counts.length === 0) return
  throw new Error(
    `Scenario ${scenario} was answered unexpectedly: ${counts.join(', ')}. 503 means that the machine is too busy.`,
  )
}
