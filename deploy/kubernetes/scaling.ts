/** How many replicas a function has, and how many may be away at once. */
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, services } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import { metadataOf, selectorOf } from './identity.ts'

/** The share of the reserved CPU, or of the slots, at which replicas are added. */
const targetShare = 0.7

const cpu = {
  type: 'Resource',
  resource: {
    name: 'cpu',
    target: { type: 'Utilization', averageUtilization: targetShare * 100 },
  },
}

/** Services that wait have full slots long before they use a CPU. */
const slots = {
  type: 'Pods',
  pods: {
    metric: { name: metrics.slotsInUse.name },
    target: {
      type: 'AverageValue',
      averageValue: String(Math.floor(targetShare * settings.CONCURRENCY.default)),
    },
  },
}

type AutoscalerOptions = {
  least: number
  most: number
  /** Whether the cluster serves the metrics of pods, as Prometheus Adapter does. */
  podMetrics: boolean
}

export function autoscalerOf(name: FunctionName, options: AutoscalerOptions) {
  const { name: service } = services[name]
  return new HorizontalPodAutoscaler({
    metadata: metadataOf(service),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: options.least,
      maxReplicas: options.most,
      metrics: options.podMetrics ? [cpu, slots] : [cpu],
    },
  })
}

/** One replica at a time may be evicted, also where there is only one. */
export function disruptionBudgetOf(name: FunctionName): PodDisruptionBudget {
  const { name: service } = services[name]
  return new PodDisruptionBudget({
    metadata: metadataOf(service),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(service) } },
  })
}
