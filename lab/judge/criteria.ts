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

const scaled = ({ value, interval }: Estimate, by: number): Estimate => ({
  value: value * by,
  interval: interval && { low: interval.low * by, high: interval.high * by },
})

type Comparison = Pick<Judged, 'unit' | 'measured' | 'runs'> & {
  predicted: number | undefined
  allowed: (predicted: number) => Allowed
}

const compare =
  (select: (pair: Pair) => Comparison) =>
  (basis: string): Criterion =>
  (pair) => {
    const { predicted, allowed, ...rest } = select(pair)
    if (predicted === undefined) return undefined
    return { ...rest, predicted, basis, allowed: allowed(predicted) }
  }

/** The median is as predicted, within 5 % or 5 ms. */
export const median = compare(({ predicted, measured }) => ({
  unit: 'ms',
  predicted: predicted.medianMs,
  allowed: (ms) => around(ms, { share: 0.05, amount: 5 }),
  measured: measured.medianMs,
  runs: measured.runMedians,
}))

/** The mean is as predicted, within 5 % or 5 ms. */
export const mean = compare(({ predicted, measured }) => ({
  unit: 'ms',
  predicted: predicted.meanMs,
  allowed: (ms) => around(ms, { share: 0.05, amount: 5 }),
  measured: measured.meanMs,
  runs: measured.runFigures.meanMs,
}))

const ceilingWithin = (share: number) =>
  compare(({ predicted, measured }) => ({
    unit: '/s',
    predicted: predicted.completedPerSecond,
    allowed: (perSecond) => around(perSecond, { share }),
    measured: measured.completedPerSecond,
    runs: measured.runFigures.completedPerSecond,
  }))

/** Above the ceiling as many answers come as it allows, within 5 %. */
export const ceiling = ceilingWithin(0.05)

/** The same of several replicas, whose balancer and engine add to it, within 10 %. */
export const ceilingOfReplicas = ceilingWithin(0.1)

/** Nineteen of twenty requests wait for a slot as long as predicted, within 10 % or 50 ms. */
export const queue = compare(({ predicted, measured }) => ({
  unit: 'ms',
  predicted: predicted.queueP95Ms,
  allowed: (ms) => around(ms, { share: 0.1, amount: 50 }),
  measured: measured.queueP95Ms,
  runs: measured.runFigures.queueP95Ms,
}))

/** Some requests are refused. */
export const refuses = compare(({ predicted, measured }) => ({
  unit: '%',
  predicted: predicted.refusedShare === undefined ? undefined : predicted.refusedShare * 100,
  allowed: () => ({ atLeast: 1 }),
  measured: scaled(measured.refusedShare, 100),
  runs: measured.runFigures.refusedShare.map((share) => share * 100),
}))

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
