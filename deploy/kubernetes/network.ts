/** Network policies: pods talk along the calls of the model, and not otherwise. */
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { containerPort, type FunctionName, functionNames, services } from '../../model/services.ts'
import { clientLabel, labelsOf, metadataOf, selectorOf } from './identity.ts'

/** TCP to one port. */
export const tcp = (port: number) => ({ ports: [{ protocol: 'TCP' as const, port }] })

export const podsOf = (service: string) => ({ podSelector: { matchLabels: selectorOf(service) } })

const everyNamespace = { namespaceSelector: {} }

const prometheus = { ...everyNamespace, ...podsOf('prometheus') }
const clients = { ...everyNamespace, podSelector: { matchLabels: clientLabel } }
const clientNamespaces = { namespaceSelector: { matchLabels: clientLabel } }

/** No pod of the namespace talks to anything but DNS, unless another policy allows it. */
export const denyByDefault = () =>
  new NetworkPolicy({
    metadata: metadataOf('default-deny'),
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        {
          to: [{ ...everyNamespace, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
      ],
    },
  })

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
export const databaseUsers = {
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

type Destination = ReturnType<typeof podsOf>

/** Lets the services that need the database reach it; without `to`, at any address. */
export const databaseEgress = (port: number, to?: Destination) =>
  new NetworkPolicy({
    metadata: { name: 'database-users', labels: labelsOf('database-users') },
    spec: {
      podSelector: databaseUsers,
      policyTypes: ['Egress'],
      egress: [{ ...(to && { to: [to] }), ...tcp(port) }],
    },
  })
