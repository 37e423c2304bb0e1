import { glob, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { composeService } from '../../tests/compose-file.ts'
import {
  findManifest,
  foldersOf,
  type Manifest,
  manifestFolder,
  type Place,
  readManifests,
} from '../../tests/manifests.ts'
import { kubernetesFiles } from './files.ts'

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

const problemsOf = async (manifests: Manifest[]) =>
  (await Promise.all(manifests.map(findProblems))).flat()

// Of each function, and of what stands beside them.
const functions = functionNames.length

test.each<[Place, number]>([
  ['laptop', 5 * functions + 12],
  ['cluster', 6 * functions + 3],
  ['knative', functions + 4],
  ['async laptop', 5 * functions + 12],
  ['async laptop with RabbitMQ', 5 * functions + 12 + 5],
  ['async cluster', 6 * functions + 3],
  ['async cluster with RabbitMQ', 6 * functions + 3 + 1],
])('the %s has no problem', async (place, count) => {
  const manifests = await readManifests(...foldersOf[place])
  expect(manifests).toHaveLength(count)
  expect(await problemsOf(manifests)).toEqual([])
})

test('no generated file is left over', async () => {
  for await (const path of glob('**/*.yaml', { cwd: manifestFolder })) {
    const text = await readFile(`${manifestFolder}${path}`, 'utf8')
    if (text.startsWith('# generated'))
      expect(Object.keys(kubernetesFiles)).toContain(`deploy/kubernetes/${path}`)
  }
})

test.each(['postgres', 'prometheus'])('the %s of a laptop is that of compose', async (name) => {
  const text = await readFile(`${manifestFolder}laptop/${name}.yaml`, 'utf8')
  expect(text).toContain(`image: ${composeService(name).image}\n`)
})

test('the RabbitMQ of a laptop is that of compose', async () => {
  const overlay = `${manifestFolder}async/overlays/laptop-rabbitmq`
  const text = await readFile(`${overlay}/rabbitmq.yaml`, 'utf8')
  const { image, environment = {} } = composeService('rabbitmq', 'async')
  expect(text).toContain(`image: ${image}\n`)
  const { RABBITMQ_DEFAULT_PASS: _, ...values } = environment
  for (const [name, value] of Object.entries(values))
    expect(text).toContain(`- name: ${name}\n              value: ${value}\n`)
  const example = await readFile(`${overlay}/broker.env.example`, 'utf8')
  expect(example).toContain(`amqp://${environment.RABBITMQ_DEFAULT_USER}:@rabbitmq:5672`)
})

test('the database of a laptop has the account of compose', async () => {
  const text = await readFile(`${manifestFolder}laptop/postgres.yaml`, 'utf8')
  const { POSTGRES_USER, POSTGRES_DB } = composeService('postgres').environment ?? {}
  expect(text).toContain(`name: POSTGRES_USER\n              value: ${POSTGRES_USER}\n`)
  expect(text).toContain(`name: POSTGRES_DB\n              value: ${POSTGRES_DB}\n`)
  const probes = text.split(`-U, ${POSTGRES_USER}, -d, ${POSTGRES_DB}]`)
  expect(probes).toHaveLength(1 + 3)
})

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
  const deployment = findManifest(await readManifests('base'), 'Deployment', services.user.name)
  expect((await findProblems({ ...deployment, ...broken })).join('\n')).toMatch(problem)
})
