/**
 * A TestRun as what becomes of it, since only its operator has its schema.
 *   node deploy/kubernetes/judge/test-run.ts < load.yaml prints its Jobs.
 */
import { text } from 'node:stream/consumers'
import type { IContainer } from 'kubernetes-models/v1/Container'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { stringify } from 'yaml'
import { type Manifest, readManifests } from './manifest.ts'

type PodFields = Pick<IPodSpec, 'securityContext' | 'topologySpreadConstraints' | 'volumes'> &
  Pick<IContainer, 'image' | 'env' | 'resources' | 'volumeMounts'> & {
    metadata?: { labels?: Record<string, string> }
    containerSecurityContext?: IContainer['securityContext']
    automountServiceAccountToken?: string
  }

type TestRunSpec = {
  parallelism: number
  script: { configMap: { name: string; file: string } }
  runner: PodFields
  starter: PodFields
}

const jobOf = (name: string, fields: PodFields, { configMap }: TestRunSpec['script']): Manifest => {
  const { metadata, automountServiceAccountToken, containerSecurityContext, ...others } = fields
  const { image = 'operator', env, resources, volumeMounts = [], volumes = [], ...pod } = others
  const script = { name: 'script', mountPath: '/test' }
  const container: IContainer = {
    name: 'k6',
    image,
    ...(env && { env }),
    ...(resources && { resources }),
    ...(containerSecurityContext && { securityContext: containerSecurityContext }),
    volumeMounts: [script, ...volumeMounts],
  }
  const spec: IPodSpec = {
    ...pod,
    automountServiceAccountToken: automountServiceAccountToken !== 'false',
    restartPolicy: 'Never',
    containers: [container],
    volumes: [{ name: script.name, configMap: { name: configMap.name } }, ...volumes],
  }
  const template = { ...(metadata && { metadata }), spec }
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template } }
}

/**
 * The Jobs that the k6 operator makes of a TestRun; `undefined` for other objects. The initializer
 * is like a runner. https://grafana.com/docs/k6/latest/set-up/set-up-distributed-k6/
 */
export function jobsOf({ kind, metadata: { name }, spec }: Manifest): Manifest[] | undefined {
  if (kind !== 'TestRun') return undefined
  const { parallelism, script, runner, starter } = spec as unknown as TestRunSpec
  const runners = Array.from({ length: parallelism }, (_, index) =>
    jobOf(`${name}-${index + 1}`, runner, script),
  )
  return [...runners, jobOf(`${name}-starter`, starter, script)]
}

if (import.meta.main) {
  const jobs = readManifests(await text(process.stdin)).flatMap(
    (manifest) => jobsOf(manifest) ?? [],
  )
  for (const job of jobs) console.log(`---\n${stringify(job, { aliasDuplicateObjects: false })}`)
}
