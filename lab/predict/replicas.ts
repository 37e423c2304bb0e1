import { type Ceiling, lowestCeiling, placesOf } from './ceiling.ts'
import type { Resource, Service } from './service.ts'

export type ReplicasOptions = {
  /** One replica. */
  service: Service
  /**
   * The resources that all replicas share: the cores of one machine, the connections of one
   * database.
   */
  shared?: readonly Resource[]
  replicas: number
}

export type ReplicasPrediction = {
  replicas: number
  ceiling: Ceiling
  /** The ceiling over that of one replica. */
  speedup: number
}

function ceilingWith({ service, shared = [] }: ReplicasOptions, replicas: number): Ceiling {
  const [slots, ...resources] = placesOf(service)
  const multiply = <P extends { servers: number }>(place: P) => ({
    ...place,
    servers: place.servers * replicas,
  })
  return lowestCeiling([
    multiply(slots),
    ...resources.map(multiply),
    ...shared.map(({ name, servers, workMs }) => ({ name, servers, holdMs: workMs })),
  ])
}

/**
 * The ceiling of several replicas: the resources of each count once per replica, shared ones count
 * once (Little 1961). `simulate` plays replicas that share nothing.
 */
export function predictReplicas(options: ReplicasOptions): ReplicasPrediction {
  const { replicas } = options
  const ceiling = ceilingWith(options, replicas)
  return { replicas, ceiling, speedup: ceiling.perSecond / ceilingWith(options, 1).perSecond }
}
