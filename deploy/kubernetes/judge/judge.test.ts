import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { functionNames, services } from '../../../model/services.ts'
import { kubernetesFiles } from '../files.ts'
import { judge } from './judge.ts'
import { type Manifest, readManifests } from './manifest.ts'

const cwd = fileURLToPath(new URL('..', import.meta.url))
const isKustomize = ({ apiVersion }: Manifest) => apiVersion?.startsWith('kustomize') ?? true

/** The objects in the files of some folders. */
async function read(...folders: string[]): Promise<Manifest[]> {
  const texts: string[] = []
  for await (const path of glob(`{${folders.join(',')},}/*.yaml`, { cwd }))
    texts.push(await readFile(`${cwd}/${path}`, 'utf8'))
  return texts.flatMap(readManifests).filter((manifest) => !isKustomize(manifest))
}

test.each([
  ['laptop', ['namespace', 'base', 'overlays/laptop'], 62],
  ['cluster', ['namespace', 'base', 'overlays/cluster'], 63],
  ['knative', ['namespace', 'overlays/knative'], 14],
  ['load', ['load'], 2],
])('the %s has no problem', async (_, folders, count) => {
  const manifests = await read(...folders)
  expect(manifests).toHaveLength(count)
  expect(await judge(manifests)).toEqual([])
})

test('no generated file is left over', async () => {
  for await (const path of glob('**/*.yaml', { cwd })) {
    const text = await readFile(`${cwd}/${path}`, 'utf8')
    if (text.startsWith('# generated')) expect(Object.keys(kubernetesFiles)).toContain(path)
  }
})

const find = (manifests: Manifest[], kind: string, name: string) => {
  const found = manifests.find((it) => it.kind === kind && it.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}`)
  return found
}

const [user] = [services.user.name]

type Break = (manifests: Manifest[]) => void

const container = (manifests: Manifest[]) => {
  const [first] = find(manifests, 'Deployment', user).spec?.template?.spec.containers ?? []
  if (!first) throw new Error('The Deployment has no container')
  return first
}

const broken: [string, Break, RegExp][] = [
  [
    'a probe on a port that does not exist',
    (all) => Object.assign(container(all), { livenessProbe: { httpGet: { port: 'web' } } }),
    /livenessProbe asks port web/,
  ],
  [
    'a selector that does not match',
    (all) =>
      Object.assign(find(all, 'Deployment', user).spec ?? {}, {
        selector: { matchLabels: { 'app.kubernetes.io/name': 'users' } },
      }),
    /selects no pod/,
  ],
  [
    'a container without limits',
    (all) => delete container(all).resources?.limits,
    /limits have no memory/,
  ],
  [
    'a privileged container',
    (all) => Object.assign(container(all), { securityContext: { privileged: true } }),
    /is privileged/,
  ],
  [
    'an API version that Kubernetes has removed',
    (all) => Object.assign(find(all, 'Deployment', user), { apiVersion: 'extensions/v1beta1' }),
    /extensions\/v1beta1 is not a stable version/,
  ],
  [
    'an API version of another kind',
    (all) => Object.assign(find(all, 'Deployment', user), { apiVersion: 'batch/v1' }),
    /batch\/v1 has no kind Deployment/,
  ],
  [
    'an autoscaler of a missing Deployment',
    (all) => all.splice(all.indexOf(find(all, 'Deployment', user)), 1),
    /scales Deployment userservice, which does not exist/,
  ],
  [
    'an autoscaler with an unknown metric',
    (all) => {
      const used = { type: 'Pods', pods: { metric: { name: 'slots_used' } } }
      find(all, 'HorizontalPodAutoscaler', user).spec?.metrics?.push(used)
    },
    /asks for slots_used/,
  ],
  [
    'a secret in a manifest',
    (all) =>
      container(all).env?.push({ name: 'BACKUP', value: 'postgresql://dbuser:secret@db/backup' }),
    /BACKUP has its secret in the manifest/,
  ],
  [
    'a value of another type',
    (all) => Object.assign(container(all), { command: 'node' }),
    /command must be array/,
  ],
]

test.each(broken)('%s is refused', async (_, spoil, problem) => {
  const manifests = await read('namespace', 'base', 'overlays/cluster')
  spoil(manifests)
  expect((await judge(manifests)).join('\n')).toMatch(problem)
})

const brokenLoad: [string, string, RegExp][] = [
  ['a starter without limits', 'resources', /Job load-starter: limits have no memory/],
  ['a starter that may be root', 'securityContext', /Job load-starter: may run as root/],
]

test.each(brokenLoad)('%s is refused', async (_, field, problem) => {
  const manifests = await read('load')
  const { spec } = find(manifests, 'TestRun', 'load')
  Reflect.deleteProperty((spec as unknown as { starter: object }).starter, field)
  expect((await judge(manifests)).join('\n')).toMatch(problem)
})

test('pods of k6 may call every service, by its name', async () => {
  const [{ metadata }] = (await read('load')) as [Manifest & { metadata: { labels: object } }]
  expect(metadata.labels).toMatchObject({ 'lockstep/client': 'true' })
  const text = await readFile(`${cwd}/load/load.yaml`, 'utf8')
  for (const name of functionNames)
    expect(text).toContain(`value: http://${services[name].name}.lockstep:8000`)
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
