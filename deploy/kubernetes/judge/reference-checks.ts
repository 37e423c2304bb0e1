/** Names and labels by which one object refers to another. */
import { metrics } from '../../../model/metrics.ts'
import { type Manifest, matches, nameOf, podLabels, podOf } from './manifest.ts'

type Labels = Record<string, string>

/** What an object selects pods by; nothing, if it selects none or all. */
function selectorOf({ apiVersion, kind, spec }: Manifest): Labels | undefined {
  if (apiVersion === 'v1' && kind === 'Service') return spec?.selector as Labels
  const { matchLabels } = (spec?.podSelector ?? spec?.selector ?? {}) as { matchLabels?: Labels }
  return matchLabels
}

const isWorkload = (manifest: Manifest) => podOf(manifest) !== undefined

/** A workload must select its own pods; any other object, those of some workload. */
function findSelectorProblems(manifest: Manifest, all: readonly Manifest[]): string[] {
  const selector = selectorOf(manifest)
  if (!selector) return []
  const candidates = isWorkload(manifest) ? [manifest] : all.filter(isWorkload)
  if (candidates.some((workload) => matches(selector, podLabels(workload)))) return []
  return [`selects no pod by ${JSON.stringify(selector)}`]
}

const portsOf = (manifest: Manifest) =>
  podOf(manifest)?.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ name, containerPort }) => [name, containerPort]),
  ) ?? []

function findPortProblems(manifest: Manifest, all: readonly Manifest[]): string[] {
  const selector = selectorOf(manifest)
  if (manifest.kind !== 'Service' || !selector) return []
  const selected = all.filter((other) => isWorkload(other) && matches(selector, podLabels(other)))
  return (manifest.spec?.ports ?? [])
    .map(({ targetPort, port }) => targetPort ?? port)
    .filter((target) => !selected.some((workload) => portsOf(workload).includes(target)))
    .map((target) => `leads to port ${target}, which its pods do not have`)
}

const metricNames = new Set<string>(Object.values(metrics).map(({ name }) => name))

function findScalingProblems({ kind, spec }: Manifest, all: readonly Manifest[]): string[] {
  if (kind !== 'HorizontalPodAutoscaler' || !spec) return []
  const { scaleTargetRef: target, metrics: asked = [] } = spec
  const exists = all.some((it) => it.kind === target?.kind && it.metadata.name === target?.name)
  const unknown = asked
    .flatMap(({ pods }) => pods?.metric.name ?? [])
    .filter((name) => !metricNames.has(name))
  return [
    ...(exists ? [] : [`scales ${target?.kind} ${target?.name}, which does not exist`]),
    ...unknown.map((name) => `asks for ${name}, which no service exports`),
  ]
}

/** References of an object that lead nowhere. */
export const findReferenceProblems = (manifest: Manifest, all: readonly Manifest[]): string[] =>
  [findSelectorProblems, findPortProblems, findScalingProblems]
    .flatMap((find) => find(manifest, all))
    .map((problem) => `${nameOf(manifest)}: ${problem}`)
