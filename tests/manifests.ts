/** The objects of the cluster, as read from the files of deploy/kubernetes. */
import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

export const manifestFolder = fileURLToPath(new URL('../deploy/kubernetes/', import.meta.url))

export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } }

const parse = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest)

const isKustomize = ({ apiVersion }: Manifest) => apiVersion?.startsWith('kustomize') ?? true

/** The objects in the files of some folders. */
export async function readManifests(...folders: string[]): Promise<Manifest[]> {
  const texts: string[] = []
  for await (const path of glob(`{${folders.join(',')},}/*.yaml`, { cwd: manifestFolder }))
    texts.push(await readFile(`${manifestFolder}${path}`, 'utf8'))
  return texts.flatMap(parse).filter((manifest) => !isKustomize(manifest))
}

/** The folders of everything that a kustomization consists of. */
export const foldersOf = {
  laptop: ['namespace', 'base', 'laptop', 'overlays/laptop'],
  cluster: ['namespace', 'base', 'overlays/cluster'],
  knative: ['namespace', 'overlays/knative'],
  'async laptop': ['namespace', 'async/base', 'laptop', 'async/overlays/laptop'],
  'async laptop with RabbitMQ': [
    ...['namespace', 'async/base', 'laptop', 'async/overlays/laptop'],
    'async/overlays/laptop-rabbitmq',
  ],
  'async cluster': ['namespace', 'async/base', 'async/overlays/cluster'],
  'async cluster with RabbitMQ': [
    ...['namespace', 'async/base', 'async/overlays/cluster'],
    'async/overlays/cluster-rabbitmq',
  ],
}

export type Place = keyof typeof foldersOf

/** @throws Error if there is no such object */
export const findManifest = (manifests: Manifest[], kind: string, name: string) => {
  const found = manifests.find((it) => it.kind === kind && it.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}`)
  return found
}
