import { expect, test } from 'vitest'
import { callsOf, functionNames, hasDatabase, services } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import {
  findManifest,
  foldersOf,
  type Manifest,
  type Place,
  readManifests,
} from '../../tests/manifests.ts'

test.each<[StyleName, string]>([
  ['sync', 'base'],
  ['async', 'async/base'],
])('every %s service is reached by its callers alone', async (style, folder) => {
  const manifests = await readManifests(folder)
  for (const name of functionNames) {
    const callers = functionNames.filter((caller) => callsOf(caller, style).includes(name))
    const policy = JSON.stringify(findManifest(manifests, 'NetworkPolicy', services[name].name))
    const [ingress = '', egress = ''] = policy.split('"egress"')
    for (const other of functionNames.filter((it) => it !== name)) {
      const service = `"${services[other].name}"`
      expect(ingress.includes(service)).toBe(callers.includes(other))
      expect(egress.includes(service)).toBe(callsOf(name, style).includes(other))
    }
  }
})

type Selector = {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; values: string[] }[]
}
type Port = { protocol: string; port: number }
type Policy = Manifest & {
  spec: { podSelector: Selector; egress?: { to?: unknown; ports: Port[] }[] }
}

/** Whether a selector has no label but the name of this service. */
const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, service: string) =>
  Object.values(matchLabels).every((value) => value === service) &&
  matchExpressions.every(({ values }) => values.includes(service))

const policiesOf = (manifests: Manifest[], service: string) =>
  (manifests.filter(({ kind }) => kind === 'NetworkPolicy') as Policy[]).filter(({ spec }) =>
    selects(spec.podSelector, service),
  )

/** The ports at which a service reaches an address outside the cluster, or of a node. */
const reaches = (manifests: Manifest[], service: string) =>
  policiesOf(manifests, service)
    .flatMap(({ spec }) => spec.egress ?? [])
    .flatMap(({ to, ports }) => (to ? [] : ports))
    .map(({ protocol, port }) => `${protocol} ${port}`)

const dnsAndCollector = ['UDP 53', 'TCP 53', 'TCP 4318']
const database = ['TCP 5432', 'TCP 6432']
const broker = ['TCP 5671', 'TCP 5672']

test.each<[Place, StyleName, string[], string[]]>([
  ['laptop', 'sync', [], []],
  ['cluster', 'sync', database, []],
  ['knative', 'sync', database, []],
  ['async laptop', 'async', [], []],
  ['async laptop with RabbitMQ', 'async', [], []],
  ['async cluster', 'async', database, []],
  ['async cluster with RabbitMQ', 'async', database, broker],
])('services of the %s reach outside what they need', async (place, style, stored, sent) => {
  const manifests = await readManifests(...foldersOf[place])
  for (const name of functionNames) {
    const expected = [...dnsAndCollector, ...(hasDatabase(name, style) ? stored : []), ...sent]
    expect(reaches(manifests, services[name].name).toSorted()).toEqual(expected.toSorted())
  }
})

/** The ports at which a service reaches the pod of another workload. */
const reachesPod = (manifests: Manifest[], service: string, pod: string) =>
  policiesOf(manifests, service)
    .flatMap(({ spec }) => spec.egress ?? [])
    .filter(({ to }) => JSON.stringify(to)?.includes(`"${pod}"`))
    .flatMap(({ ports }) => ports.map(({ port }) => port))

test('every service of a laptop reaches its PostgreSQL and RabbitMQ', async () => {
  const manifests = await readManifests(...foldersOf['async laptop with RabbitMQ'])
  for (const name of functionNames) {
    expect(reachesPod(manifests, services[name].name, 'postgres')).toEqual([5432])
    expect(reachesPod(manifests, services[name].name, 'rabbitmq')).toEqual([5672])
  }
})
