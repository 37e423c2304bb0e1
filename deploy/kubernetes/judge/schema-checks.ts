/** The schemas of Kubernetes and Knative, as kubernetes-models has them. */
import { type Manifest, nameOf } from './manifest.ts'

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

/** Fields and types that the schema refuses. */
export async function findSchemaProblems(manifest: Manifest): Promise<string[]> {
  const { apiVersion, kind } = manifest
  if (!isStable.test(apiVersion))
    return [`${nameOf(manifest)}: ${apiVersion} is not a stable version`]
  const Model = await findModel(manifest)
  if (!Model) return [`${nameOf(manifest)}: ${apiVersion} has no kind ${kind}`]
  try {
    new Model(manifest).validate()
    return []
  } catch (error) {
    return [`${nameOf(manifest)}: ${(error as Error).message}`]
  }
}
