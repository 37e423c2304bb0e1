import { createDraw, type DrawIndex } from '../../formats/random.ts'
import { type Interval, quantile, type Run } from '../quantiles.ts'

// The share of the draws on either side of a 95 % interval.
const tail = 0.025

/** Draws as many of the values, with replacement. */
export const resample = <T>(values: readonly T[], draw: DrawIndex): T[] =>
  values.map(() => values[draw(values.length)] as T)

/**
 * Draws runs first and requests within each drawn run, both with replacement. Requests of one run
 * share its machine and its minute, so that they are no independent evidence (Davison and Hinkley,
 * Bootstrap Methods and their Application, 3.8).
 */
export const resampleRuns = (runs: readonly Run[], draw: DrawIndex): Run[] =>
  resample(runs, draw).map((run) => resample(run, draw))

/** The 95 % interval of a statistic: between the outer quantiles of repeated draws. */
export function bootstrapInterval(
  statistic: (draw: DrawIndex) => number,
  { repetitions, seed = 1 }: { repetitions: number; seed?: number },
): Interval {
  const draw = createDraw({ seed })
  const drawn = Array.from({ length: repetitions }, () => statistic(draw))
  return { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) }
}
