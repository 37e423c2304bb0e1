/** Validation by the schemas of Kubernetes and Knative, as kubernetes-models has them. */
import { parseAllDocuments } from 'yaml'

/** An object of the cluster, as read from a file. */
export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } }

/** The objects of a file. */
export const readManifests = (text: string): Manifest[] =>
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
export async function findProblems(manifest: Manifest): Promise<string[]> {
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
