/** A function as a Knative Service: requests, not CPU, decide how many containers there are. */
import { Service } from '@kubernetes-models/knative/serving.knative.dev/v1/Service'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { containerPort, type FunctionName, services } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import { graceSecondsOf } from './capacity.ts'
import { containerOf, portAndProbes } from './container.ts'
import { labelsOf, metadataOf, namespace, scrapeAnnotations } from './identity.ts'
import { containerSecurity, functionAccount } from './security.ts'

/** Knative's gateway tells services apart by this name, on port 80. */
const urlOf = (name: FunctionName) => `http://${services[name].name}.${namespace}.svc.cluster.local`

// Knative admits a security context on containers only.
const security = {
  ...containerSecurity,
  runAsNonRoot: true,
  runAsUser: functionAccount,
  runAsGroup: functionAccount,
  seccompProfile: { type: 'RuntimeDefault' as const },
}

/** Unfinished work is resumed by an instance, so one must run. All others scale to zero. */
const leastScale = (name: FunctionName) => (services[name].resumable ? '1' : '0')

/** Knative sets `PORT` to the container's port, whose name tells the protocol. */
const container = (name: FunctionName) => ({
  ...containerOf(name, { urlOf }),
  securityContext: security,
  ...portAndProbes('http1'),
})

/** `timeoutSeconds` is also the grace period of a container that ends. */
export function knativeServiceOf(name: FunctionName): Service {
  const { name: service } = services[name]
  return new Service({
    metadata: metadataOf(service),
    spec: {
      template: {
        metadata: {
          labels: labelsOf(service),
          annotations: {
            ...scrapeAnnotations(name, containerPort),
            'autoscaling.knative.dev/min-scale': leastScale(name),
            'autoscaling.knative.dev/max-scale': '10',
          },
        },
        spec: {
          containerConcurrency: settings.CONCURRENCY.default,
          timeoutSeconds: graceSecondsOf(name),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          containers: [container(name)],
        },
      },
    },
  })
}

// The activator, the autoscaler, and the gateways that Knative documents.
const knativeNamespaces = [
  {
    namespaceSelector: {
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'In',
          values: ['knative-serving', 'kourier-system', 'istio-system', 'contour-internal'],
        },
      ],
    },
  },
]

/** Every request passes Knative, so callers cannot be told apart here. */
export const knativeNetworkPolicy = () =>
  new NetworkPolicy({
    metadata: { name: 'knative', labels: labelsOf('knative') },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/part-of': 'lockstep' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: knativeNamespaces }],
      egress: [{ to: knativeNamespaces }],
    },
  })
