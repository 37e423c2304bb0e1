/** A function as a Deployment behind a headless Service, and the number of its replicas. */
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { metrics } from '../../model/metrics.ts'
import { containerPort, containerUrl, type FunctionName, services } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import type { StyleName } from '../../model/styles.ts'
import { asAccount, containerOf, graceSecondsOf, leaveSeconds } from './container.ts'
import { labelsOf, metadataOf, scrapeAnnotations, selectorOf } from './identity.ts'

/** The name of the port, for probes and Services. */
const portName = 'http'

/** Nodes and zones share the replicas, as far as there is room. */
const spread = (service: string) =>
  ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels: selectorOf(service) },
  }))

const podOf = (name: FunctionName, style: StyleName) => ({
  securityContext: { ...asAccount, fsGroup: asAccount.runAsGroup },
  automountServiceAccountToken: false,
  // Without it, each Service adds variables such as USERSERVICE_PORT.
  enableServiceLinks: false,
  terminationGracePeriodSeconds: graceSecondsOf(name, style),
  topologySpreadConstraints: spread(services[name].name),
  containers: [
    {
      ...containerOf(name, { style, urlOf: containerUrl, port: portName }),
      lifecycle: { preStop: { sleep: { seconds: leaveSeconds } } },
    },
  ],
})

/** Without `replicas`, which belong to the autoscaler. */
export function deploymentOf(name: FunctionName, style: StyleName): Deployment {
  const { name: service } = services[name]
  return new Deployment({
    metadata: metadataOf(service),
    spec: {
      selector: { matchLabels: selectorOf(service) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: labelsOf(service),
          annotations: scrapeAnnotations(name),
        },
        spec: podOf(name, style),
      },
    },
  })
}

/**
 * Headless: DNS answers with the address of every ready pod, among which the callers take turns. A
 * single address would balance connections, and callers keep theirs.
 */
export function serviceOf(name: FunctionName): Service {
  const { name: service } = services[name]
  return new Service({
    metadata: metadataOf(service),
    spec: {
      clusterIP: 'None',
      selector: selectorOf(service),
      ports: [{ name: portName, port: containerPort, targetPort: portName }],
    },
  })
}

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
const slotsBy = ({ name }: { name: string }) => ({
  type: 'Pods',
  pods: {
    metric: { name },
    target: {
      type: 'AverageValue',
      averageValue: String(Math.floor(targetShare * settings.CONCURRENCY.default)),
    },
  },
})

// A delivery of these has many messages.
const batched: readonly FunctionName[] = ['analytics']

/** What holds the slots of a function: requests, or the messages that it consumes. */
function heldSlots(name: FunctionName, style: StyleName) {
  const consumes = style === 'async' && services[name].consumes.length > 0
  if (!consumes) return [slotsBy(metrics.slotsInUse)]
  return batched.includes(name) ? [] : [slotsBy(metrics.messagesInFlight)]
}

type AutoscalerOptions = {
  style: StyleName
  least: number
  most: number
  /** Whether the cluster serves the metrics of pods, as Prometheus Adapter does. */
  podMetrics: boolean
}

export function autoscalerOf(
  name: FunctionName,
  { style, least, most, podMetrics }: AutoscalerOptions,
) {
  const { name: service } = services[name]
  return new HorizontalPodAutoscaler({
    metadata: metadataOf(service),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: least,
      maxReplicas: most,
      metrics: [cpu, ...(podMetrics ? heldSlots(name, style) : [])],
    },
  })
}

/** One replica at a time may be evicted, even the only one. */
export function disruptionBudgetOf(name: FunctionName): PodDisruptionBudget {
  const { name: service } = services[name]
  return new PodDisruptionBudget({
    metadata: metadataOf(service),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(service) } },
  })
}
