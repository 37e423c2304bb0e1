import type { Plan } from '../plan.ts'
import { cpuMs } from '../usage.ts'
import type { LoadOptions, LoadResult } from './closed-loop.ts'
import { measureLoad } from './measure-load.ts'

/** A load, and what it cost. */
export type Cost = LoadResult & {
  /** Answers per second. */
  rate: number
  /** CPU time of all services together per answer, in milliseconds. */
  cpuMsPerRequest: number
}

/** Loads a server once, and counts the CPU time of its processes meanwhile. */
export async function measureCost(
  load: Pick<LoadOptions, 'port' | 'scenario' | 'connections'>,
  pids: readonly number[],
  plan: Plan,
): Promise<Cost> {
  let before = 0
  const onMeasuring = async () => {
    before = await cpuMs(pids)
  }
  const result = await measureLoad(load, plan, onMeasuring)
  return {
    ...result,
    rate: result.answers / result.seconds,
    cpuMsPerRequest: ((await cpuMs(pids)) - before) / result.answers,
  }
}
