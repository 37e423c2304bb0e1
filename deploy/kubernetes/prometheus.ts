/** Prometheus for a cluster on a laptop, which finds every pod by itself. */
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role'
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding'
import { Service } from 'kubernetes-models/v1/Service'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import { containerPort } from '../../model/services.ts'
import { imageOf } from '../compose-file.ts'
import { labelsOf, metadataOf, selectorOf } from './identity.ts'
import { tcp } from './network.ts'
import { containerSecurity, podSecurity } from './security.ts'

const name = 'prometheus'
const port = 9090
const account = 65_534

const get = (path: string) => ({ httpGet: { path, port: 'web' } })

const container = () => ({
  name,
  image: imageOf(name),
  args: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
  ports: [{ name: 'web', containerPort: port }],
  livenessProbe: get('/-/healthy'),
  readinessProbe: get('/-/ready'),
  resources: {
    requests: { cpu: '100m', memory: '256Mi' },
    limits: { cpu: '1', memory: '1Gi' },
  },
  securityContext: containerSecurity,
  volumeMounts: [
    { name: 'config', mountPath: '/etc/prometheus' },
    { name: 'data', mountPath: '/prometheus' },
  ],
})

const deployment = () =>
  new Deployment({
    metadata: metadataOf(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorOf(name) },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          securityContext: podSecurity(account),
          serviceAccountName: name,
          enableServiceLinks: false,
          containers: [container()],
          volumes: [
            { name: 'config', configMap: { name: 'prometheus' } },
            { name: 'data', emptyDir: { sizeLimit: '2Gi' } },
          ],
        },
      },
    },
  })

const service = () =>
  new Service({
    metadata: metadataOf(name),
    spec: { selector: selectorOf(name), ports: [{ name: 'web', port, targetPort: 'web' }] },
  })

/** It scrapes every service, and asks the API server for their pods at whatever address that has. */
const networkPolicy = () =>
  new NetworkPolicy({
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Egress'],
      egress: [
        { to: [{ podSelector: {} }], ...tcp(containerPort) },
        { ...tcp(443) },
        { ...tcp(6443) },
      ],
    },
  })

const role = () =>
  new Role({
    metadata: metadataOf(name),
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
  })

const roleBinding = () =>
  new RoleBinding({
    metadata: metadataOf(name),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name }],
  })

export const prometheus = () => [
  new ServiceAccount({ metadata: metadataOf(name) }),
  role(),
  roleBinding(),
  deployment(),
  service(),
  networkPolicy(),
]
