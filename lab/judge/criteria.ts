/** The criteria that judge claims: the value of a claim, and the range that is allowed. */
import type {
  Allowed,
  ClaimVerdict,
  Estimate,
  JudgedClaim,
  LoadMeasurement,
  LoadPrediction,
} from '../measurement.ts'
import type { Interval } from '../quantiles.ts'

/** A predicted value with the error that it may have: the larger one of a share and an amount. */
export const around = (
  value: number,
  { share = 0.05, amount = 0 }: { share?: number; amount?: number } = {},
): Allowed => {
  const error = Math.max(Math.abs(value) * share, amount)
  return { atLeast: value - error, atMost: value + error }
}

/**
 * Confirmed if the whole interval is allowed, refuted if nothing of it is, otherwise, and without
 * an interval, not resolved.
 */
export function judgeInterval(
  { atLeast = -Infinity, atMost = Infinity }: Allowed,
  measured: Interval | undefined,
): ClaimVerdict {
  if (!measured) return 'not resolved'
  if (measured.low >= atLeast && measured.high <= atMost) return 'confirmed'
  return measured.high < atLeast || measured.low > atMost ? 'refuted' : 'not resolved'
}

/** The prediction and the measurement of a load. */
export type Pair = {
  predicted: LoadPrediction
  measured: LoadMeasurement
  /** Another load, with which a claim compares it. */
  other?: LoadMeasurement | undefined
}

type Judged = Omit<JudgedClaim, 'id' | 'scenario' | 'claim' | 'verdict'>

/** The value that a claim is about, and those that it allows; none if nothing was predicted. */
export type Criterion = (pair: Pair) => Judged | undefined

/** The same figure of predictions and measurements. */
type Figure = 'medianMs' | 'meanMs' | 'queueP95Ms' | 'completedPerSecond' | 'refusedShare'

/** Reads a figure of a load in its unit; of a share, in per cent. */
export function readFigure(figure: Figure, unit: JudgedClaim['unit']) {
  const factor = unit === '%' ? 100 : 1
  // JSON has null for NaN, a value that could not be measured; it must not become 0.
  const scale = (value: number) => (Number.isFinite(value) ? value * factor : Number.NaN)
  const runsOf = ({ runMedians, runFigures }: LoadMeasurement) =>
    figure === 'medianMs' ? runMedians : runFigures[figure]
  return {
    unit,
    predicted: ({ [figure]: value }: LoadPrediction) =>
      value === undefined ? value : scale(value),
    measured: ({ [figure]: { value, interval } }: LoadMeasurement): Estimate => ({
      value: scale(value),
      interval: interval && { low: scale(interval.low), high: scale(interval.high) },
    }),
    /** One value per run. */
    runs: (load: LoadMeasurement) => runsOf(load).map(scale),
  }
}

/** A criterion of a predicted figure. */
const judgeFigure =
  (figure: Figure, unit: JudgedClaim['unit'], allow: (predicted: number) => Allowed) =>
  (basis: string): Criterion =>
  ({ predicted: prediction, measured }) => {
    const read = readFigure(figure, unit)
    const predicted = read.predicted(prediction)
    if (predicted === undefined) return undefined
    return {
      ...{ unit, predicted, basis, allowed: allow(predicted) },
      measured: read.measured(measured),
      runs: read.runs(measured),
    }
  }

/** The median is as predicted, within 5 % or 5 ms. */
export const median = judgeFigure('medianMs', 'ms', (ms) => around(ms, { amount: 5 }))

/** The mean is as predicted, within 5 % or 5 ms. */
export const mean = judgeFigure('meanMs', 'ms', (ms) => around(ms, { amount: 5 }))

/** Above the ceiling as many answers come as it allows, within 5 %. */
export const ceiling = judgeFigure('completedPerSecond', '/s', (rate) => around(rate))

/** The same of several replicas, whose balancer and engine add to it, within 10 %. */
export const ceilingOfReplicas = judgeFigure('completedPerSecond', '/s', (rate) =>
  around(rate, { share: 0.1 }),
)

/** Nineteen of twenty requests wait for a slot as long as predicted, within 10 % or 50 ms. */
export const queue = judgeFigure('queueP95Ms', 'ms', (ms) => around(ms, { share: 0.1, amount: 50 }))

/** Some requests are refused. */
export const refuses = judgeFigure('refusedShare', '%', () => ({ atLeast: 1 }))

/** All answers are the designed ones. */
export const always =
  (basis: string): Criterion =>
  ({ measured }) => {
    const failed = Object.values(measured.failures).reduce((sum, count) => sum + count, 0)
    const served = (1 - failed / measured.samples) * 100
    // If none of n failed, up to 3/n may fail (Hanley and Lippman-Hand, JAMA 249, 1983).
    const low = failed === 0 ? (1 - 3 / measured.samples) * 100 : served
    return {
      unit: '%',
      predicted: 100,
      basis,
      allowed: { atLeast: failed === 0 ? low : 100 },
      measured: { value: served, interval: { low, high: served } },
      runs: [],
    }
  }

/**
 * The 95th percentile is at least twice that of the other load. The interval of the ratio is that of
 * the outer ends of both, which is wider than need be.
 */
export const degrades =
  (basis: string): Criterion =>
  ({ measured: { p95Ms }, other }) => {
    if (!other) return undefined
    const { value, interval } = other.p95Ms
    return {
      unit: '×',
      predicted: 2,
      basis,
      allowed: { atLeast: 2 },
      measured: {
        value: p95Ms.value / value,
        interval: interval &&
          p95Ms.interval && {
            low: p95Ms.interval.low / interval.high,
            high: p95Ms.interval.high / interval.low,
          },
      },
      runs: [],
    }
  }
