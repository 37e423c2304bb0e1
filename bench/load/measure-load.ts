import type { Plan } from '../plan.ts'
import { runProgram } from '../program.ts'
import type { Cost, LoadOptions } from './closed-loop.ts'

const script = new URL('closed-loop.ts', import.meta.url)

/**
 * Loads a server once, and counts the CPU time of its processes meanwhile.
 * @throws Error if an answer had another status than the scenario's own
 */
export const measureLoad = (
  load: Omit<LoadOptions, 'seconds' | 'warmUpSeconds'>,
  { cores, seconds, warmUpSeconds, signal }: Plan,
): Promise<Cost> =>
  runProgram({ ...load, seconds, warmUpSeconds }, { script, cores: cores.client, signal })
