/** What else than the program may explain a difference between two measurements. */
import { isDeepStrictEqual } from 'node:util'
import type { Measurement } from '../measurement.ts'

type Trait = readonly [name: string, of: (measurement: Measurement) => unknown]

const traits: readonly Trait[] = [
  ['machine', ({ machine }) => machine],
  ['profile', ({ profile }) => profile],
  ['settings', ({ settings }) => settings],
  ['options', ({ given }) => given],
  ['version of Node.js', ({ versions }) => versions.node],
  ['version of k6', ({ versions }) => versions.k6],
]

const hour = 3_600_000

/** `3 h` */
function gapInWords(before: Measurement, after: Measurement): string {
  const gap = Math.abs(Date.parse(after.startedAt) - Date.parse(before.startedAt))
  if (gap < hour) return `${Math.round(gap / 60_000)} min`
  return gap < 48 * hour ? `${Math.round(gap / hour)} h` : `${Math.round(gap / hour / 24)} days`
}

function commitsDiffer(before: Measurement, after: Measurement): string[] {
  const [first, second] = [before, after].map(({ versions }) => versions.commit ?? 'unknown')
  return first === second ? [] : [`The commits differ: ${first} and ${second}.`]
}

const minutesApart = (before: Measurement, after: Measurement) => [
  `Measured ${gapInWords(before, after)} apart, so that a difference may be one of the machine's ` +
    'minutes: --compare-commits measures in turns.',
]

function faultsOf(side: string, { interrupted, gate }: Measurement): string[] {
  return [
    ...(interrupted ? [`The measurement ${side} is not complete: ${interrupted}.`] : []),
    ...(gate.ignored ? [`The load generator did not meet its limits in the one ${side}.`] : []),
  ]
}

/** One sentence for each; two commits that were measured in turns share their minutes. */
export const warningsOf = (
  before: Measurement,
  after: Measurement,
  { interleaved = false } = {},
): string[] => [
  ...traits
    .filter(([, of]) => !isDeepStrictEqual(of(before), of(after)))
    .map(([name]) => `The ${name} ${name.endsWith('s') ? 'are' : 'is'} not the same.`),
  ...(interleaved ? [] : [...commitsDiffer(before, after), ...minutesApart(before, after)]),
  ...faultsOf('before', before),
  ...faultsOf('after', after),
]
