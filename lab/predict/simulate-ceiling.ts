/** The ceiling of replicas that share nothing, behind a load balancer. */
import { createRandom } from '../../formats/random.ts'
import { createGaps } from './arrivals.ts'
import { ceilingOfReplicas } from './ceiling.ts'
import { createHolds, type Service } from './service.ts'
import { createStation, type Outcome } from './station.ts'

/** How a load balancer chooses a replica. */
export type Balancing = 'round-robin' | 'random'

type BalancedOptions = {
  service: Service
  replicas: number
  balancing: Balancing
  seed: number
  onOutcome: (outcome: Outcome) => void
}

/** The replicas of a service behind a load balancer; they share nothing. */
export function createBalancedStations(options: BalancedOptions) {
  const { service, replicas, balancing, seed, onOutcome } = options
  const holds = createRandom(seed, 1)
  const stations = Array.from({ length: replicas }, () =>
    createStation({ ...service, hold: createHolds(service, holds), onOutcome }),
  )
  const random = createRandom(seed, 2)
  let arrived = 0
  const choose = {
    'round-robin': () => arrived++ % replicas,
    random: () => Math.floor(random() * replicas),
  }[balancing]
  return {
    /** A request arrives. Arrivals come in order. */
    arrive: (nowMs: number) => stations[choose()]?.arrive(nowMs),
    finish(): void {
      for (const station of stations) station.finish()
    },
  }
}

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

/** The ceiling of so many replicas that share nothing, by formula and by simulation. */
export type ReplicasCeiling = {
  replicas: number
  perSecond: number
  simulatedPerSecond: Record<Balancing, number>
}

export function predictCeiling(
  service: Service,
  options: { replicas: number; seed: number },
): ReplicasCeiling {
  const simulate = (balancing: Balancing) => simulateCeiling({ ...options, service, balancing })
  return {
    replicas: options.replicas,
    perSecond: ceilingOfReplicas(service, options.replicas).perSecond,
    simulatedPerSecond: { 'round-robin': simulate('round-robin'), random: simulate('random') },
  }
}
