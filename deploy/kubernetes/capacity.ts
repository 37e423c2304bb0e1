/** The limits of each function's container, and the time that it may take to end. */
import { type FunctionName, services } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'

/** CPU in cores, memory in MiB: what is reserved, and the most it may use. */
type Capacity = { cpu: number; cpuLimit: number; memory: number; memoryLimit: number }

const capacities: Partial<Record<FunctionName, Capacity>> = {
  report: { cpu: 1, cpuLimit: 2, memory: 256, memoryLimit: 512 },
}

const usual: Capacity = { cpu: 0.25, cpuLimit: 1, memory: 128, memoryLimit: 256 }

export const capacityOf = (name: FunctionName): Capacity => capacities[name] ?? usual

/** Requests and limits of a container. */
export function resourcesOf(name: FunctionName) {
  const { cpu, cpuLimit, memory, memoryLimit } = capacityOf(name)
  return {
    requests: { cpu: `${cpu * 1000}m`, memory: `${memory}Mi` },
    limits: { cpu: `${cpuLimit * 1000}m`, memory: `${memoryLimit}Mi` },
  }
}

/**
 * How long a pod still serves after its end was decided, in seconds: until every proxy and cached
 * DNS answer has dropped its address.
 */
export const leaveSeconds = 5

const marginSeconds = 10

/** The longest time that a function works without waiting for another, in seconds. */
function ownSeconds(name: FunctionName): number {
  if (name === 'payment') return settings.PAYMENT_DELAY_MS.default / 1000
  if (name === 'email') return settings.EMAIL_DELAY_MS.default / 1000
  if (name !== 'report') return 0
  // All slots share the CPUs.
  const seconds = settings.CONCURRENCY.default * settings.REPORT_CPU_SECONDS.default
  return seconds / capacityOf(name).cpuLimit
}

/**
 * How long a container may take to end, in seconds: longer than a request that has just arrived.
 * It waits for a slot and a connection, calls each service, and may compensate one call.
 */
export function graceSecondsOf(name: FunctionName): number {
  const { calls, database } = services[name]
  const callMs = calls.length > 0 ? (calls.length + 1) * settings.CALL_TIMEOUT_MS.default : 0
  const poolMs = database ? settings.DB_POOL_TIMEOUT_MS.default : 0
  const waitSeconds = (settings.QUEUE_TIMEOUT_MS.default + poolMs + callMs) / 1000
  return Math.ceil(leaveSeconds + waitSeconds + ownSeconds(name) + marginSeconds)
}
