/** The criteria that judge claims: the value of a claim, and the range that follows from it. */
import { percent } from '../../formats/table.ts'
import type {
  Allowed,
  ClaimVerdict,
  Estimate,
  Figure,
  LoadMeasurement,
  LoadPrediction,
  PredictedFigure,
  RunValues,
  Unit,
} from '../load-figures.ts'
import type { LabSettings } from '../predict/lab-settings.ts'
import type { Interval } from '../quantiles.ts'
import { estimateFigure } from './estimate.ts'
import { knownRuns, pairRuns } from './run-values.ts'
import { factorOf, unitOf, valuesOf } from './units.ts'

/** A value, give or take a share of it. */
export const around = (value: number, share: number): Allowed => ({
  atLeast: value * (1 - share),
  atMost: value * (1 + share),
})

/**
 * Confirmed if the whole interval is allowed, refuted if nothing of it is, otherwise, and without
 * an interval, open.
 */
export function judgeInterval(
  { atLeast = -Infinity, atMost = Infinity }: Allowed,
  measured: Interval | undefined,
): ClaimVerdict {
  if (!measured) return 'open'
  if (measured.low >= atLeast && measured.high <= atMost) return 'confirmed'
  return measured.high < atLeast || measured.low > atMost ? 'refuted' : 'open'
}

/** What is known before a measurement. */
export type Expected = { settings: LabSettings; predicted: LoadPrediction | undefined }

export type Observed = {
  measured: LoadMeasurement
  /** Another load, with which a claim compares this one run by run. */
  other: LoadMeasurement | undefined
}

/** The range of a claim in words, and in numbers. */
export type Range = { stated: string; allowed: Allowed }

export type Reading = {
  measured: Estimate
  runs: number[]
  /** A single case refutes it, whatever the interval says. */
  refuted?: boolean
}

export type Criterion = {
  unit: Unit
  /** The values that the claim allows; `undefined` if they need a prediction that there is not. */
  rangeOf: (expected: Expected) => Range | undefined
  /** The value that the claim is about; in words why there is none. */
  read: (observed: Observed) => Reading | string
}

const whyNothing = ({ failures, samples, excluded }: LoadMeasurement): string => {
  const reasons = Object.entries(failures).map(([name, count]) => `${count} ${name}`)
  if (samples > 0) return `none of ${samples} requests went as designed: ${reasons.join(', ')}`
  return excluded.length > 0 ? `no run counts: ${excluded[0]}` : 'no request was made'
}

function readingOf(values: RunValues, load: LoadMeasurement): Reading | string {
  const runs = knownRuns(values).flat()
  if (runs.length === 0) return whyNothing(load)
  return { measured: estimateFigure(values, load.startRatios), runs }
}

/** A figure of the load, within a range. */
const figureWithin = (figure: Figure, rangeOf: Criterion['rangeOf']): Criterion => ({
  unit: unitOf[figure],
  rangeOf,
  read: ({ measured }) => readingOf(valuesOf(measured, figure), measured),
})

const rounded = (value: number) => Number(value.toPrecision(3))

const aroundInWords = (value: number, unit: Unit, share: number): Range => ({
  stated: `${rounded(value)} ${unit} ± ${Math.round(share * 100)} %`,
  allowed: around(value, share),
})

type Delay = 'EMAIL_DELAY_MS' | 'PAYMENT_DELAY_MS' | 'REPORT_CPU_SECONDS'

const delayOf = (settings: LabSettings, delay: Delay): number =>
  delay === 'REPORT_CPU_SECONDS' ? settings[delay] * 1000 : settings[delay]

/** The median is the designed wait, give or take 5 %. */
export const lasts = (delay: Delay): Criterion =>
  figureWithin('medianMs', ({ settings }) => aroundInWords(delayOf(settings, delay), 'ms', 0.05))

/** A figure is as predicted, give or take a share of it. */
export const asPredicted = (figure: PredictedFigure, share: number): Criterion =>
  figureWithin(figure, ({ predicted }) => {
    const value = predicted?.[figure]
    if (value === undefined) return undefined
    return aroundInWords(value * factorOf(figure), unitOf[figure], share)
  })

// Shorter waits are the jitter of timers.
const noWait = 0.05

/** One of twenty payments waits for a slot: at least, or at most, 5 % of their delay. */
const waitsFor = (words: string, allow: (limitMs: number) => Allowed): Criterion =>
  figureWithin('queueP95Ms', ({ settings }) => {
    const limitMs = settings.PAYMENT_DELAY_MS * noWait
    return { stated: `${words} ${limitMs} ms, 5 % of the delay`, allowed: allow(limitMs) }
  })

export const hardlyWaits = waitsFor('at most', (atMost) => ({ atMost }))
export const waits = waitsFor('at least', (atLeast) => ({ atLeast }))

/** A figure of this load beside that of the other one in the same run. */
const readBeside =
  (figure: Figure, combine: (own: number, other: number) => number): Criterion['read'] =>
  ({ measured, other }) => {
    if (!other) return 'the load that it is compared with was not measured'
    const paired = pairRuns(measured.runFigures[figure], other.runFigures[figure], combine)
    return readingOf(paired, measured)
  }

/** The median is higher than that of the other load by this, give or take 5 %, run by run. */
export const slowerBy = (ms: number): Criterion => ({
  unit: 'ms',
  rangeOf: () => aroundInWords(ms, 'ms', 0.05),
  read: readBeside('medianMs', (own, other) => own - other),
})

/** The 95th percentile is at least so many times that of the other load, run by run. */
export const slowerTimes = (factor: number): Criterion => ({
  unit: '×',
  rangeOf: () => ({ stated: `at least × ${factor}`, allowed: { atLeast: factor } }),
  read: readBeside('p95Ms', (own, other) => own / other),
})

/**
 * All answers are the designed ones. If none of n failed, up to 3/n may fail at 95 % (Hanley and
 * Lippman-Hand, JAMA 249, 1983): the share that is allowed says how many are needed.
 */
export const always = ({ failing }: { failing: number }): Criterion => ({
  unit: '%',
  rangeOf: () => ({
    stated: `always; failures above ${percent(failing)} are excluded at 95 %`,
    allowed: { atLeast: (1 - failing) * 100 },
  }),
  read({ measured: { samples, failures } }) {
    const planned = Math.ceil(3 / failing)
    const failed = Object.values(failures).reduce((sum, count) => sum + count, 0)
    if (samples < planned && failed === 0)
      return `${samples} of the ${planned} requests that it needs were made`
    const served = (1 - failed / samples) * 100
    const low = failed > 0 ? served : (1 - 3 / samples) * 100
    const measured = { value: served, interval: { low, high: served } }
    return { measured, runs: [], refuted: failed > 0 }
  },
})
