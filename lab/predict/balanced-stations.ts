import { createRandom, type Random } from '../../formats/random.ts'
import { createHolds, type Service } from './service.ts'
import { createStation, type Outcome } from './station.ts'

/** How a load balancer chooses a replica. */
export type Balancing = 'round-robin' | 'random'

export type BalancedOptions = {
  /** One replica. */
  service: Service
  replicas: number
  balancing: Balancing
  seed: number
  onOutcome: (outcome: Outcome) => void
}

/** Chooses the replica of each request, by index. */
function createBalancer(balancing: Balancing, replicas: number, random: Random): () => number {
  let last = -1
  const next = () => {
    last = (last + 1) % replicas
    return last
  }
  return balancing === 'random' ? () => Math.floor(random() * replicas) : next
}

/** The replicas of a service behind a load balancer; they share nothing. */
export function createBalancedStations(options: BalancedOptions) {
  const { service, replicas, balancing, seed, onOutcome } = options
  const holds = createRandom(seed, 1)
  const stations = Array.from({ length: replicas }, () =>
    createStation({ ...service, holdMs: createHolds(service, holds), onOutcome }),
  )
  const choose = createBalancer(balancing, replicas, createRandom(seed, 2))
  return {
    /** A request arrives. Arrivals come in order. */
    arrive: (nowMs: number) => stations[choose()]?.arrive(nowMs),
    /** Lets all requests end. */
    finish(): void {
      for (const station of stations) station.finish()
    },
  }
}
