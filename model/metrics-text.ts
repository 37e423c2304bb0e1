/** Reads Prometheus' text format. https://prometheus.io/docs/instrumenting/exposition_formats/ */
import { metrics } from './metrics.ts'

export type Sample = {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/gm
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g
const escapes: Record<string, string> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }
const infinities: Record<string, number> = { '+Inf': Infinity, '-Inf': -Infinity }

const numberIn = (text: string) => infinities[text] ?? Number(text)

const unescaped = (text: string) => text.replaceAll(/\\./g, (pair) => escapes[pair] ?? pair)

const labelsIn = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(label)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  )

/** The samples of a service's `/metrics`, in order. */
export const readMetrics = (text: string): Sample[] =>
  [...text.matchAll(line)].map(([, name = '', labels = '', value = '']) => ({
    name,
    labels: labelsIn(labels),
    value: numberIn(value),
  }))

/** The samples of one metric that have all the given labels. */
export const samplesOf = (
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Sample[] =>
  samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )

/** The sum of one metric over its labels; 0 without a sample. */
export const sumOf = (
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number => samplesOf(samples, name, labels).reduce((sum, { value }) => sum + value, 0)

/** Upper bounds, and how many observations are not above them. */
export type Buckets = Map<number, number>

/** The buckets of a histogram, summed over the series that have all the given labels. */
export function bucketsOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Buckets {
  const buckets: Buckets = new Map()
  for (const { labels: own, value } of samplesOf(samples, `${name}_bucket`, labels)) {
    const bound = numberIn(own.le ?? '')
    buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  return buckets
}

/** The settings of a service that are numbers, by name. */
export const settingsIn = (samples: readonly Sample[]): Map<string, number> =>
  new Map(
    samplesOf(samples, metrics.setting.name).map(({ labels, value }) => [labels.name ?? '', value]),
  )
