/** An object of the cluster, as read from a file. */
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import { parseAllDocuments } from 'yaml'

type Labels = Record<string, string>

export type Manifest = {
  apiVersion: string
  kind: string
  metadata: { name: string }
  spec?: {
    selector?: Labels | { matchLabels?: Labels }
    podSelector?: { matchLabels?: Labels }
    template?: { metadata?: { labels?: Labels }; spec: IPodSpec }
    scaleTargetRef?: { kind: string; name: string }
    metrics?: { type: string; pods?: { metric: { name: string } } }[]
    ports?: { targetPort?: string | number; port: number }[]
  }
}

/** The objects of a file. */
export const readManifests = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest)

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`

/** The pods of a workload. */
export const podOf = ({ spec }: Manifest): IPodSpec | undefined => spec?.template?.spec

/** The labels of a workload's pods. */
export const podLabels = ({ spec }: Manifest): Labels => spec?.template?.metadata?.labels ?? {}

/** Whether labels have all that a selector asks for. */
export const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([label, value]) => labels[label] === value)
