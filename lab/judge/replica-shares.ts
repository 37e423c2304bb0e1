/** Which replicas answered a load, and how much of it each. */
import type { LoadMeasurement } from '../load-figures.ts'
import type { RunSample } from '../measurement.ts'

export function countNames(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

export const countAnswers = (samples: readonly RunSample[], replicas: readonly string[]) =>
  countNames(samples.flatMap(({ servedBy = -1 }) => replicas[servedBy] ?? []))

type ReplicaShare = { name: string; share: number }

/** The shares of one run, the largest first; none if no response named its replica. */
function sharesOfRun(counts: Readonly<Record<string, number>>): ReplicaShare[] {
  const entries = Object.entries(counts)
  const total = entries.reduce((sum, [, count]) => sum + count, 0)
  return entries
    .map(([name, count]) => ({ name, share: count / total }))
    .sort((a, b) => b.share - a.share)
}

/** The shares of the last run of a load. */
export const lastShares = ({ answeredBy = [] }: LoadMeasurement): ReplicaShare[] =>
  sharesOfRun(answeredBy.at(-1) ?? {})

/** The smallest and the largest share in any of its runs; `undefined` if no replica is known. */
export function shareRange({ answeredBy = [] }: LoadMeasurement) {
  const shares = answeredBy.flatMap((counts) => sharesOfRun(counts).map(({ share }) => share))
  if (shares.length === 0) return undefined
  return { low: Math.min(...shares), high: Math.max(...shares) }
}

/** All replicas that answered any load. */
export const allReplicas = (measured: readonly LoadMeasurement[]): string[] => [
  ...new Set(measured.flatMap(({ answeredBy = [] }) => answeredBy.flatMap(Object.keys))),
]
