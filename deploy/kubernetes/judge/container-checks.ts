/** What no schema asks of the containers of a workload. */
import type { IContainer } from 'kubernetes-models/v1/Container'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { type Manifest, nameOf, podOf } from './manifest.ts'

const probeNames = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const

const hasPort = ({ ports = [] }: IContainer, port: string | number) =>
  ports.some(({ name, containerPort }) => name === port || containerPort === port)

/** A probe on a port that does not exist passes every schema, and fails in the cluster. */
const findProbeProblems = (container: IContainer) =>
  probeNames.flatMap((probe) => {
    const port = container[probe]?.httpGet?.port
    if (port === undefined || hasPort(container, port)) return []
    return `${probe} asks port ${port}, which the container does not have`
  })

const findLimitProblems = ({ resources }: IContainer) =>
  (['requests', 'limits'] as const).flatMap((bound) =>
    ['cpu', 'memory']
      .filter((resource) => resources?.[bound]?.[resource] === undefined)
      .map((resource) => `${bound} have no ${resource}`),
  )

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
function findSecurityProblems({ securityContext: own }: IContainer, pod: IPodSpec): string[] {
  const both = { ...pod.securityContext, ...own }
  const rules: [boolean | undefined, string][] = [
    [!own?.privileged, 'is privileged'],
    [own?.allowPrivilegeEscalation === false, 'may gain privileges'],
    [own?.capabilities?.drop?.includes('ALL'), 'keeps capabilities'],
    [own?.readOnlyRootFilesystem, 'may write to its root file system'],
    [both.runAsNonRoot, 'may run as root'],
    [(both.runAsUser ?? 0) > 0, 'has no numeric user'],
    [both.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile'],
  ]
  return rules.flatMap(([kept, problem]) => (kept ? [] : problem))
}

const secretName = /PASSWORD|SECRET|TOKEN|DATABASE_URL/
const credentials = /:\/\/[^/]*:[^/]*@/

const findSecretProblems = ({ env = [] }: IContainer) =>
  env
    .filter(({ name, value }) => value && (secretName.test(name) || credentials.test(value)))
    .map(({ name }) => `${name} has its secret in the manifest`)

/** The problems of every container of a workload. */
export function findContainerProblems(manifest: Manifest): string[] {
  const pod = podOf(manifest)
  if (!pod) return []
  return pod.containers
    .flatMap((container) => [
      ...findProbeProblems(container),
      ...findLimitProblems(container),
      ...findSecurityProblems(container, pod),
      ...findSecretProblems(container),
    ])
    .map((problem) => `${nameOf(manifest)}: ${problem}`)
}
