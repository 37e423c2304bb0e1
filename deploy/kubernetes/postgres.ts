/** PostgreSQL for a cluster on a laptop: one server, one volume, no replica. */
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { Service } from 'kubernetes-models/v1/Service'
import { imageOf } from '../compose-file.ts'
import { databaseSecret, labelsOf, metadataOf, selectorOf } from './identity.ts'
import { databaseEgress, databaseUsers, podsOf, tcp } from './network.ts'
import { containerSecurity, podSecurity } from './security.ts'

const name = 'postgres'
const port = 5432
const account = 999
const user = 'dbuser'
const database = 'microservices_db'

const password = { secretKeyRef: { name: databaseSecret, key: 'POSTGRES_PASSWORD' } }

// Over TCP: while the image prepares a new volume, its server listens only on the socket.
const isReady = {
  exec: { command: ['pg_isready', '--quiet', '-h', '127.0.0.1', '-U', user, '-d', database] },
  timeoutSeconds: 3,
}

const container = () => ({
  name,
  image: imageOf('postgres'),
  args: ['postgres', '-c', 'max_connections=500'],
  ports: [{ name, containerPort: port }],
  env: [
    { name: 'POSTGRES_USER', value: user },
    { name: 'POSTGRES_DB', value: database },
    { name: 'POSTGRES_PASSWORD', valueFrom: password },
  ],
  startupProbe: { ...isReady, periodSeconds: 2, failureThreshold: 60 },
  livenessProbe: { ...isReady, periodSeconds: 10 },
  readinessProbe: { ...isReady, periodSeconds: 5 },
  resources: {
    requests: { cpu: '250m', memory: '256Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  },
  securityContext: containerSecurity,
  volumeMounts: [
    // Since version 18, the data is in a folder named after the version.
    { name: 'data', mountPath: '/var/lib/postgresql' },
    { name: 'socket', mountPath: '/var/run/postgresql' },
    { name: 'temporary', mountPath: '/tmp' },
    { name: 'shared-memory', mountPath: '/dev/shm' },
  ],
})

const statefulSet = () =>
  new StatefulSet({
    metadata: metadataOf(name),
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: selectorOf(name) },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          securityContext: podSecurity(account),
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 60,
          containers: [container()],
          volumes: [
            { name: 'socket', emptyDir: {} },
            { name: 'temporary', emptyDir: {} },
            { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '2Gi' } },
          },
        },
      ],
    },
  })

const service = () =>
  new Service({
    metadata: metadataOf(name),
    spec: {
      clusterIP: 'None',
      selector: selectorOf(name),
      ports: [{ name, port, targetPort: name }],
    },
  })

const networkPolicy = () =>
  new NetworkPolicy({
    metadata: metadataOf(name),
    spec: {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: databaseUsers }], ...tcp(port) }],
    },
  })

/** The server, its address, and the policies that let only its users reach it. */
export const postgres = () => [
  statefulSet(),
  service(),
  networkPolicy(),
  databaseEgress(port, podsOf(name)),
]
