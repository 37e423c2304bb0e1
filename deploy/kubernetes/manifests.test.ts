import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { functionNames, services } from '../../model/services.ts'
import { composeService } from '../../tests/compose-file.ts'
import { kubernetesFiles } from './files.ts'

/** An object of the cluster, as read from a file. */
type Manifest = { apiVersion: string; kind: string; metadata: { name: string } }

/** The objects of a file. */
const readManifests = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest)

type Model = { validate: () => void }
type ModelClass = new (manifest: Manifest) => Model

const packageOf = (apiVersion: string) =>
  apiVersion.includes('knative.dev/') ? '@kubernetes-models/knative' : 'kubernetes-models'

async function findModel({ apiVersion, kind }: Manifest): Promise<ModelClass | undefined> {
  const path = `${packageOf(apiVersion)}/${apiVersion}/${kind}`
  const module = await import(/* @vite-ignore */ path).catch(() => undefined)
  return module?.[kind]
}

// The models include versions that Kubernetes has removed; it removes no stable one.
const isStable = /(^|\/)v\d+$/

/** Violations of the schema of an object, with its name. */
async function findProblems(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind, metadata } = manifest
  const name = `${kind} ${metadata.name}`
  if (!isStable.test(apiVersion)) return [`${name}: ${apiVersion} is not a stable version`]
  const Model = await findModel(manifest)
  if (!Model) return [`${name}: ${apiVersion} has no kind ${kind}`]
  try {
    new Model(manifest).validate()
    return []
  } catch (error) {
    return [`${name}: ${(error as Error).message}`]
  }
}

const cwd = fileURLToPath(new URL('.', import.meta.url))
const isKustomize = ({ apiVersion }: Manifest) => apiVersion?.startsWith('kustomize') ?? true

/** The objects in the files of some folders. */
async function read(...folders: string[]): Promise<Manifest[]> {
  const texts: string[] = []
  for await (const path of glob(`{${folders.join(',')},}/*.yaml`, { cwd }))
    texts.push(await readFile(`${cwd}/${path}`, 'utf8'))
  return texts.flatMap(readManifests).filter((manifest) => !isKustomize(manifest))
}

const problemsOf = async (manifests: Manifest[]) =>
  (await Promise.all(manifests.map(findProblems))).flat()

// Of each function, and of what stands beside them.
const functions = functionNames.length

test.each([
  ['laptop', ['namespace', 'base', 'overlays/laptop'], 5 * functions + 12],
  ['cluster', ['namespace', 'base', 'overlays/cluster'], 6 * functions + 3],
  ['knative', ['namespace', 'overlays/knative'], functions + 4],
])('the %s has no problem', async (_, folders, count) => {
  const manifests = await read(...folders)
  expect(manifests).toHaveLength(count)
  expect(await problemsOf(manifests)).toEqual([])
})

test('no generated file is left over', async () => {
  for await (const path of glob('**/*.yaml', { cwd })) {
    const text = await readFile(`${cwd}/${path}`, 'utf8')
    if (text.startsWith('# generated'))
      expect(Object.keys(kubernetesFiles)).toContain(`deploy/kubernetes/${path}`)
  }
})

test.each(['postgres', 'prometheus'])('the %s of a laptop is that of compose', async (name) => {
  const text = await readFile(`${cwd}/overlays/laptop/${name}.yaml`, 'utf8')
  expect(text).toContain(`image: ${composeService(name).image}\n`)
})

test('the database of a laptop has the account of compose', async () => {
  const text = await readFile(`${cwd}/overlays/laptop/postgres.yaml`, 'utf8')
  const { POSTGRES_USER, POSTGRES_DB } = composeService('postgres').environment ?? {}
  expect(text).toContain(`name: POSTGRES_USER\n              value: ${POSTGRES_USER}\n`)
  expect(text).toContain(`name: POSTGRES_DB\n              value: ${POSTGRES_DB}\n`)
  const probes = text.split(`-U, ${POSTGRES_USER}, -d, ${POSTGRES_DB}]`)
  expect(probes).toHaveLength(1 + 3)
})

const find = (manifests: Manifest[], kind: string, name: string) => {
  const found = manifests.find((it) => it.kind === kind && it.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}`)
  return found
}

test.each([
  [
    'an API version that Kubernetes has removed',
    { apiVersion: 'extensions/v1beta1' },
    /^Deployment userservice: extensions\/v1beta1 is not a stable version/,
  ],
  [
    'an API version of another kind',
    { apiVersion: 'batch/v1' },
    /^Deployment userservice: batch\/v1 has no kind Deployment/,
  ],
  [
    'a value of another type',
    {
      spec: { selector: {}, template: { spec: { containers: [{ name: 'x', command: 'node' }] } } },
    },
    /^Deployment userservice: .*command must be array/,
  ],
])('%s is refused', async (_, broken, problem) => {
  const deployment = find(await read('base'), 'Deployment', services.user.name)
  expect((await findProblems({ ...deployment, ...broken })).join('\n')).toMatch(problem)
})

test('every service is reached by its callers alone', async () => {
  const manifests = await read('base')
  for (const name of functionNames) {
    const callers = functionNames.filter((caller) => services[caller].calls.includes(name))
    const policy = JSON.stringify(find(manifests, 'NetworkPolicy', services[name].name))
    const [ingress = '', egress = ''] = policy.split('"egress"')
    for (const other of functionNames.filter((it) => it !== name)) {
      const service = `"${services[other].name}"`
      expect(ingress.includes(service)).toBe(callers.includes(other))
      expect(egress.includes(service)).toBe(services[name].calls.includes(other))
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

/** The ports at which a service reaches an address outside the cluster, or of a node. */
const reaches = (manifests: Manifest[], service: string) =>
  (manifests.filter(({ kind }) => kind === 'NetworkPolicy') as Policy[])
    .filter(({ spec }) => selects(spec.podSelector, service))
    .flatMap(({ spec }) => spec.egress ?? [])
    .flatMap(({ to, ports }) => (to ? [] : ports))
    .map(({ protocol, port }) => `${protocol} ${port}`)

const dnsAndCollector = ['UDP 53', 'TCP 53', 'TCP 4318']

test.each([
  ['laptop', ['namespace', 'base', 'overlays/laptop'], []],
  ['cluster', ['namespace', 'base', 'overlays/cluster'], ['TCP 5432', 'TCP 6432']],
  ['knative', ['namespace', 'overlays/knative'], ['TCP 5432', 'TCP 6432']],
])('services of the %s reach DNS, a collector and their database', async (_, folders, database) => {
  const manifests = await read(...folders)
  for (const name of functionNames) {
    const expected = [...dnsAndCollector, ...(services[name].database ? database : [])]
    expect(reaches(manifests, services[name].name).toSorted()).toEqual(expected.toSorted())
  }
})
