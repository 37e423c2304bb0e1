import type { Plan } from '../plan.ts'
import { runProgramOn } from '../program.ts'
import type { LoadOptions, LoadResult } from './closed-loop.ts'

const script = new URL('closed-loop.ts', import.meta.url)

/**
 * Loads a server once.
 * @throws Error if an answer had another status than the scenario's own
 */
export async function measureLoad(
  load: Pick<LoadOptions, 'port' | 'scenario' | 'connections'>,
  { cores, seconds, warmUpSeconds, signal }: Plan,
  onMeasuring?: () => Promise<void>,
): Promise<LoadResult> {
  const argument: LoadOptions = { ...load, seconds, warmUpSeconds }
  const result = await runProgramOn<LoadResult>({
    script,
    argument,
    cores: cores.client,
    signal,
    ...(onMeasuring && { onMeasuring }),
  })
  if (result.unexpected > 0)
    throw new Error(`${result.unexpected} answers of scenario ${load.scenario} were unexpected`)
  return result
}
