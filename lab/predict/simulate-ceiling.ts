import { createRandom } from '../../formats/random.ts'
import { createGaps } from './arrivals.ts'
import {
  type BalancedOptions,
  type Balancing,
  createBalancedStations,
} from './balanced-stations.ts'
import { ceilingOfReplicas } from './ceiling.ts'
import type { Service } from './service.ts'

// As the lab measures: well above the ceiling, so that every replica is full.
const overload = 1.5
// In times of a request: until all slots are held, and then counted. Full slots end in rounds.
const warmupRounds = 3
const countedRounds = 10

/**
 * The ceiling of replicas that share nothing, as a measurement would find it: Poisson arrivals above
 * the predicted ceiling, and the requests that end per second once every replica is full. The same
 * options give the same number.
 */
export function simulateCeiling(options: Omit<BalancedOptions, 'onOutcome'>): number {
  const { service, replicas, seed } = options
  const predicted = ceilingOfReplicas(service, replicas).perSecond
  const roundMs = (service.slots * replicas * 1000) / predicted
  const [fromMs, toMs] = [warmupRounds * roundMs, (warmupRounds + countedRounds) * roundMs]
  let completed = 0
  const stations = createBalancedStations({
    ...options,
    onOutcome(outcome) {
      if ('refusal' in outcome) return
      const endMs = outcome.arrivedMs + outcome.waitedMs + outcome.heldMs
      if (endMs >= fromMs && endMs < toMs) completed++
    },
  })
  const perSecond = predicted * overload
  const gap = createGaps({ arrivals: 'poisson', perSecond, random: createRandom(seed) })
  for (let nowMs = gap(); nowMs < toMs; nowMs += gap()) stations.arrive(nowMs)
  stations.finish()
  return (completed * 1000) / (toMs - fromMs)
}

/** The same for both ways to choose a replica. */
export const simulateCeilings = (
  service: Service,
  { replicas, seed }: { replicas: number; seed: number },
): Record<Balancing, number> => ({
  'round-robin': simulateCeiling({ service, replicas, seed, balancing: 'round-robin' }),
  random: simulateCeiling({ service, replicas, seed, balancing: 'random' }),
})

/** The ceiling of so many replicas that share nothing, by formula and by simulation. */
export type ReplicasCeiling = {
  replicas: number
  perSecond: number
  simulatedPerSecond: Record<Balancing, number>
}

export const predictCeiling = (
  service: Service,
  { replicas, seed }: { replicas: number; seed: number },
): ReplicasCeiling => ({
  replicas,
  perSecond: ceilingOfReplicas(service, replicas).perSecond,
  simulatedPerSecond: simulateCeilings(service, { replicas, seed }),
})
