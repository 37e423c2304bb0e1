import { type FunctionName, services } from '../../model/services.ts'
import { functionImage } from '../kubernetes/images.ts'
import { composeService } from './compose-file.ts'
import { allAddresses, confined, limitsOf, restartPolicy } from './service.ts'

/** One replica at a time; the new one is healthy before the old one stops. */
const oneByOne = {
  parallelism: 1,
  order: 'start-first',
  // Longer than callers keep an address, so that they know the new replica before the next one ends.
  delay: '3s',
  monitor: '10s',
}

/** A function with its replicas. */
export function swarmFunction(name: FunctionName) {
  const compose = composeService(services[name].name)
  return {
    image: `\${LOCKSTEP_IMAGE:-${functionImage}}`,
    ...confined(compose),
    environment: compose.environment,
    healthcheck: { ...compose.healthcheck, interval: '2s' },
    stop_grace_period: compose.stop_grace_period,
    deploy: {
      replicas: `\${REPLICAS:-3}`,
      ...allAddresses,
      ...limitsOf(compose),
      ...restartPolicy,
      update_config: { ...oneByOne, failure_action: 'rollback' },
      rollback_config: { ...oneByOne, failure_action: 'pause' },
    },
  }
}
