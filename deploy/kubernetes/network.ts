/** Network policies: pods talk along the calls of the model, and not otherwise. */
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule'
import {
  callsOf,
  containerPort,
  type FunctionName,
  functionNames,
  hasDatabase,
  services,
} from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { metadataOf, selectorOf } from './identity.ts'

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

const callersOf = (name: FunctionName, style: StyleName) =>
  functionNames.filter((caller) => callsOf(caller, style).includes(name))

const peers = (names: readonly FunctionName[]) => names.map((name) => podsOf(services[name].name))

/** A service's callers, clients and Prometheus reach it; it reaches its callees. */
export function networkPolicyOf(name: FunctionName, style: StyleName): NetworkPolicy {
  const { name: service } = services[name]
  const calls = callsOf(name, style)
  const from = [...peers(callersOf(name, style)), clients, clientNamespaces, prometheus]
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

/** A server beside the functions: its pod on a laptop, and the functions that need it. */
type Server = {
  /** The word for it in names of policies. */
  role: string
  pod: string
  port: number
  /** Its ports outside the cluster. */
  outside: readonly number[]
  needs: (name: FunctionName) => boolean
}

/** PostgreSQL, or a PgBouncer before it. */
export const databaseOf = (style: StyleName): Server => ({
  role: 'database',
  pod: 'postgres',
  port: 5432,
  outside: [5432, 6432],
  needs: (name) => hasDatabase(name, style),
})

/** RabbitMQ, without and with TLS. */
export const broker: Server = {
  role: 'broker',
  pod: 'rabbitmq',
  port: 5672,
  outside: [5671, 5672],
  needs: () => true,
}

/** The pods of the functions that need a server. */
const usersOf = ({ needs }: Server) => ({
  matchExpressions: [
    {
      key: 'app.kubernetes.io/name',
      operator: 'In',
      values: functionNames.filter(needs).map((name) => services[name].name),
    },
  ],
})

const egressOf = (server: Server, rule: INetworkPolicyEgressRule) =>
  new NetworkPolicy({
    metadata: metadataOf(`${server.role}-users`),
    spec: { podSelector: usersOf(server), policyTypes: ['Egress'], egress: [rule] },
  })

/** Lets those that need a server reach it at any address. */
export const egressTo = (server: Server): NetworkPolicy => egressOf(server, tcp(...server.outside))

/** A server of the laptop: its users reach it, and it alone. */
export function laptopPolicies(server: Server): NetworkPolicy[] {
  const { pod, port } = server
  const ingress = new NetworkPolicy({
    metadata: metadataOf(pod),
    spec: {
      ...podsOf(pod),
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: usersOf(server) }], ...tcp(port) }],
    },
  })
  return [ingress, egressOf(server, { to: [podsOf(pod)], ...tcp(port) })]
}
