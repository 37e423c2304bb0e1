/**
 * How precise the figures of one long simulation are, from batches of its requests. The batches are
 * so long that they hardly depend on each other; if they do, their interval is wider.
 *
 * A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), 9.5.3.
 */
import { sampleCorrelation, sampleStandardDeviation } from 'simple-statistics'
import type { Summary } from './summary.ts'

export const batches = 20
// Student's t of 19 degrees of freedom: between −t and t are 95 %.
const t = 2.093

/** Computes a figure of each batch of values in their order. */
function perBatch(values: Float64Array, figureOf: (batch: Float64Array) => number): number[] {
  const start = (index: number) => Math.round((values.length * index) / batches)
  return Array.from({ length: batches }, (_, index) =>
    figureOf(values.subarray(start(index), start(index + 1))),
  )
}

/** How much the value of a batch tells of the next one's: 0 for nothing, up to 1. */
const dependenceOf = (values: readonly number[]): number =>
  Math.max(0, sampleCorrelation(values.slice(1), values.slice(0, -1)) || 0)

// A correlation of 1 would leave no interval.
const mostCorrelation = 0.95

/**
 * Half the width of the 95 % interval of a mean, from the means of batches, if each depends on the
 * one before as in a first-order autoregressive process.
 */
function plusMinusOf(values: readonly number[]): number {
  const dependence = Math.min(dependenceOf(values), mostCorrelation)
  const widening = Math.sqrt((1 + dependence) / (1 - dependence))
  return (t * sampleStandardDeviation(values as number[]) * widening) / Math.sqrt(values.length)
}

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / Math.max(1, values.length)
}

/** Half the width of the 95 % interval of the mean of values in their order. */
export const meanPlusMinus = (values: Float64Array): number => plusMinusOf(perBatch(values, meanOf))

/** A summary of a sample, and half the width of the 95 % interval of each figure. */
export type Estimate = Summary & { plusMinus: Summary }

/**
 * The figures of values in the order in which they were simulated. The interval of a quantile is
 * that of the share of the values above it, between the values at both ends.
 */
export function estimate(values: Float64Array): Estimate {
  const sorted = values.toSorted()
  const at = (share: number) =>
    sorted[Math.min(Math.max(0, Math.ceil(sorted.length * share) - 1), sorted.length - 1)] ?? 0
  const plusMinusAt = (share: number) => {
    const value = at(share)
    const above = plusMinusOf(perBatch(values, (batch) => shareAbove(batch, value)))
    return Math.max(at(share + above) - value, value - at(share - above))
  }
  return {
    mean: meanOf(sorted),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    plusMinus: {
      mean: meanPlusMinus(values),
      p50: plusMinusAt(0.5),
      p95: plusMinusAt(0.95),
      p99: plusMinusAt(0.99),
    },
  }
}

function shareAbove(batch: Float64Array, value: number): number {
  let above = 0
  for (const each of batch) if (each > value) above++
  return above / Math.max(1, batch.length)
}

// From there on, a batch is too short to be a sample of its own.
const mostDependence = 0.5

/** Whether batches of the values are long enough to hardly depend on each other. */
export const areBatchesIndependent = (values: Float64Array): boolean =>
  dependenceOf(perBatch(values, meanOf)) <= mostDependence
