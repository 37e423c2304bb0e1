import type { Plan } from '../plan.ts'
import { runProgram } from '../program.ts'
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
  const result = await runProgram<LoadResult>(argument, { script, cores: cores.client, signal })
  const { answers, cpuMs } = result
  return { ...result, rate: answers / result.seconds, cpuMsPerRequest: cpuMs / answers }
}
