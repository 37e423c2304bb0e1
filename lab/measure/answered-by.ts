/** The replicas that answered the requests of a run. */
import type { AnsweredSample, LoadSample } from '../../model/load-plan.ts'

/** A sample of a run, with the place of its replica in the run's list. */
export type RunSample = LoadSample & { servedBy?: number }

export type NumberedSamples = {
  /** Their names, in the order in which they first answered. */
  replicas: string[]
  samples: RunSample[]
}

/** Numbers the replicas, so that a run names each of them once. */
export function numberReplicas(answered: readonly AnsweredSample[]): NumberedSamples {
  const numbers = new Map<string, number>()
  const samples = answered.map(({ servedBy, ...sample }): RunSample => {
    if (servedBy === undefined) return sample
    if (!numbers.has(servedBy)) numbers.set(servedBy, numbers.size)
    return { ...sample, servedBy: numbers.get(servedBy) as number }
  })
  return { replicas: [...numbers.keys()], samples }
}

/** How many of the samples each replica answered, by name. */
export function countAnswers(
  samples: readonly RunSample[],
  replicas: readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { servedBy } of samples) {
    const name = servedBy === undefined ? undefined : replicas[servedBy]
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
