/** Load from pods of k6: a TestRun of the k6 operator, in a namespace of its own. */
import { Namespace } from 'kubernetes-models/v1/Namespace'
import { containerPort, functionNames, services, urlVariable } from '../../model/services.ts'
import { clientLabel, labelsOf, namespace } from './identity.ts'
import { imageOf } from './images.ts'
import { containerSecurity, podSecurity } from './security.ts'
import { restricted } from './setup.ts'

const name = 'load'

/** The services let the pods of a namespace with this label in. */
export const loadNamespace = `${namespace}-load`

/** The script, which is bundled before it is applied. */
export const loadScript = 'script-sync.js'

// The user of k6's image.
const account = 12_345

const resources = (cpu: string, memory: string) => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
})

const security = {
  automountServiceAccountToken: 'false',
  securityContext: podSecurity(account),
  containerSecurityContext: containerSecurity,
}

const addresses = functionNames.map((each) => ({
  name: urlVariable(each),
  value: `http://${services[each].name}.${namespace}:${containerPort}`,
}))

/** k6 writes its archive to /tmp. */
const temporary = {
  volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
}

const runner = {
  image: imageOf('k6'),
  ...security,
  metadata: { labels: { ...labelsOf(name), ...clientLabel } },
  // Pods print samples, which are put together afterwards.
  env: [{ name: 'OUTPUT', value: 'samples' }, { name: 'PROFILE', value: 'default' }, ...addresses],
  resources: resources('1', '512Mi'),
  ...temporary,
  // On different machines, if there are as many.
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'k6', k6_cr: name } },
    },
  ],
}

/** https://github.com/grafana/k6-operator/blob/main/docs/crd-generated.md */
const testRun = () => ({
  apiVersion: 'k6.io/v1alpha1',
  kind: 'TestRun',
  metadata: { name, labels: labelsOf(name) },
  spec: {
    parallelism: 2,
    script: { configMap: { name: 'script', file: loadScript } },
    // A new look-up every second finds the replicas that were added.
    arguments: '--log-format raw --no-color --dns ttl=1s,select=random',
    runner,
    starter: { ...security, resources: resources('100m', '64Mi') },
  },
})

export const load = () => [
  new Namespace({
    metadata: { name: loadNamespace, labels: { ...labelsOf(name), ...clientLabel, ...restricted } },
  }),
  testRun(),
]
