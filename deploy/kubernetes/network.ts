/** Network policies: pods talk along the calls of the model, and not otherwise. */
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule'
import { containerPort, type FunctionName, functionNames, services } from '../../model/services.ts'
import { metadataOf, selectorOf } from './identity.ts'

const postgresPort = 5432
const pgbouncerPort = 6432

/** TCP to some ports. */
const tcp = (...ports: number[]) => ({
  ports: ports.map((port) => ({ protocol: 'TCP' as const, port })),
})

const podsOf = (service: string) => ({ podSelector: { matchLabels: selectorOf(service) } })

/** The label of pods, in any namespace, that may call every service, such as a load generator. */
const clientLabel = { 'lockstep/client': 'true' }

const everyNamespace = { namespaceSelector: {} }

const prometheus = { ...everyNamespace, ...podsOf('prometheus') }
const clients = { ...everyNamespace, podSelector: { matchLabels: clientLabel } }
const clientNamespaces = { namespaceSelector: { matchLabels: clientLabel } }

const callersOf = (name: FunctionName) =>
  functionNames.filter((caller) => services[caller].calls.includes(name))

const peers = (names: readonly FunctionName[]) => names.map((name) => podsOf(services[name].name))

/** A service's callers, clients and Prometheus reach it; it reaches its callees. */
export function networkPolicyOf(name: FunctionName): NetworkPolicy {
  const { name: service, calls } = services[name]
  const from = [...peers(callersOf(name)), clients, clientNamespaces, prometheus]
  return new NetworkPolicy({
    metadata: metadataOf(service),
    spec: {
      podSelector: { matchLabels: selectorOf(service) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from, ...tcp(containerPort) }],
      egress: calls.length > 0 ? [{ to: peers(calls), ...tcp(containerPort) }] : [],
    },
  })
}

/** The pods of the services that need the database. */
const databaseUsers = {
  matchExpressions: [
    {
      key: 'app.kubernetes.io/name',
      operator: 'In',
      values: functionNames
        .filter((name) => services[name].database)
        .map((name) => services[name].name),
    },
  ],
}

const database = podsOf('postgres')

/** Lets the services that need the database reach it, or a PgBouncer before it, at any address. */
export const databaseEgress = (
  rule: INetworkPolicyEgressRule = tcp(postgresPort, pgbouncerPort),
): NetworkPolicy =>
  new NetworkPolicy({
    metadata: metadataOf('database-users'),
    spec: { podSelector: databaseUsers, policyTypes: ['Egress'], egress: [rule] },
  })

/** The database of the laptop: its users reach it, and it alone. */
export const laptopDatabase = () => [
  new NetworkPolicy({
    metadata: metadataOf('postgres'),
    spec: {
      ...database,
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: databaseUsers }], ...tcp(postgresPort) }],
    },
  }),
  databaseEgress({ to: [database], ...tcp(postgresPort) }),
]
