/** Names and labels by which the objects of the cluster find each other. */
import { containerPort, type FunctionName, services } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'

/** Each style has a namespace of its own: its services have the same names. */
export const namespaceOf = (style: StyleName): string =>
  style === 'sync' ? 'lockstep' : `lockstep-${style}`

/** The label that selects the pods of one workload. */
export const selectorOf = (service: string) => ({ 'app.kubernetes.io/name': service })

/** The labels of an object. */
export const labelsOf = (service: string) => ({
  ...selectorOf(service),
  'app.kubernetes.io/part-of': 'lockstep',
})

/** The name and the labels of an object that belongs to one workload. */
export const metadataOf = (service: string) => ({ name: service, labels: labelsOf(service) })

/**
 * Annotations by which Prometheus finds every pod and knows its scenarios. A label must not
 * contain a comma.
 */
export const scrapeAnnotations = (name: FunctionName) => ({
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(containerPort),
  'prometheus.io/path': '/metrics',
  'lockstep/scenario': services[name].scenarios.join(','),
})
