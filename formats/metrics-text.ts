/** Reads Prometheus' text format. https://prometheus.io/docs/instrumenting/exposition_formats/ */

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

/** The lines of some metrics, and of those whose names begin with theirs. */
const linesOf = (text: string, names: readonly string[]) =>
  text
    .split('\n')
    .filter((line) => names.some((name) => line.startsWith(name)))
    .join('\n')

/**
 * The samples of a service's `/metrics`, in order.
 * @param names of all metrics that are needed: the regular expressions of k6 are slow, and it reads
 * ten services before and after each load
 */
export const readMetrics = (text: string, names?: readonly string[]): Sample[] =>
  [...(names ? linesOf(text, names) : text).matchAll(line)].map(
    ([, name = '', labels = '', value = '']) => ({
      name,
      labels: labelsIn(labels),
      value: numberIn(value),
    }),
  )

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

/** The values of one metric by the value of a label. */
export const valuesBy = (
  samples: readonly Sample[],
  name: string,
  label: string,
): Map<string, number> =>
  new Map(samplesOf(samples, name).map(({ labels, value }) => [labels[label] ?? '', value]))
