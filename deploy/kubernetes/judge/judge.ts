import { findContainerProblems } from './container-checks.ts'
import type { Manifest } from './manifest.ts'
import { findReferenceProblems } from './reference-checks.ts'
import { findSchemaProblems } from './schema-checks.ts'
import { jobsOf } from './test-run.ts'

/** What is wrong with objects that are applied together, each problem with the object's name. */
export async function judge(applied: readonly Manifest[]): Promise<string[]> {
  const manifests = applied.flatMap((manifest) => jobsOf(manifest) ?? manifest)
  const schema = await Promise.all(manifests.map(findSchemaProblems))
  const others = manifests.flatMap((manifest) => [
    ...findContainerProblems(manifest),
    ...findReferenceProblems(manifest, manifests),
  ])
  return [...schema.flat(), ...others]
}
