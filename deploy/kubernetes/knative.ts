/**
 * A function as a Knative Service: requests, not CPU, decide how many containers there are. So there
 * is none of the asynchronous style, whose consumers get no requests.
 */
import { Service } from '@kubernetes-models/knative/serving.knative.dev/v1/Service'
import { type FunctionName, services } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import { asAccount, containerOf, containerSecurity, graceSecondsOf } from './container.ts'
import { labelsOf, metadataOf, namespaceOf, scrapeAnnotations } from './identity.ts'

/** Knative's gateway tells services apart by this name, on port 80. */
const urlOf = (name: FunctionName) =>
  `http://${services[name].name}.${namespaceOf('sync')}.svc.cluster.local`

/** Unfinished work is resumed by an instance, so one must run. All others scale to zero. */
const leastScale = (name: FunctionName) => (services[name].resumable ? '1' : '0')

/** Knative admits a security context on containers only. */
const container = (name: FunctionName) => ({
  // It sets `PORT` to the container's port, whose name tells the protocol.
  ...containerOf(name, { urlOf, port: 'http1' }),
  securityContext: { ...containerSecurity, ...asAccount },
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
            ...scrapeAnnotations(name),
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
