/** How a claim reads what was predicted and what was measured of a load. */
import { type Allowed, around } from '../judge/claims.ts'
import type { Estimate, JudgedClaim, LoadMeasurement, LoadPrediction } from './measurement.ts'

/** What was expected of a load, and what came. */
export type Pair = {
  predicted: LoadPrediction
  measured: LoadMeasurement
  /** Another load, with which a claim compares it. */
  other?: LoadMeasurement | undefined
}

export type Reading = Pick<JudgedClaim, 'unit' | 'predicted' | 'because'> & {
  allowed: Allowed
  measured: Estimate
  runs: number[]
}

const scaled = ({ value, interval }: Estimate, by: number): Estimate => ({
  value: value * by,
  interval: interval && { low: interval.low * by, high: interval.high * by },
})

type Comparison = Pick<Reading, 'unit' | 'measured' | 'runs'> & {
  predicted: number | undefined
  allowed: (predicted: number) => Allowed
}

/** A reading of a predicted value; none if nothing was predicted. */
const compare =
  (select: (pair: Pair) => Comparison) =>
  (because: string) =>
  (pair: Pair): Reading | undefined => {
    const { predicted, allowed, ...rest } = select(pair)
    if (predicted === undefined) return undefined
    return { ...rest, predicted, because, allowed: allowed(predicted) }
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
  (because: string) =>
  ({ measured }: Pair): Reading => {
    const failed = Object.values(measured.failures).reduce((sum, count) => sum + count, 0)
    const served = (1 - failed / measured.samples) * 100
    // If none of n failed, up to 3/n may fail (Hanley and Lippman-Hand, JAMA 249, 1983).
    const low = failed === 0 ? (1 - 3 / measured.samples) * 100 : served
    return {
      unit: '%',
      predicted: 100,
      because,
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
  (because: string) =>
  ({ measured: { p95Ms }, other }: Pair): Reading | undefined => {
    if (!other) return undefined
    const { value, interval } = other.p95Ms
    return {
      unit: '×',
      predicted: 2,
      because,
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
