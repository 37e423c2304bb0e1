import { createDraw, type DrawIndex } from '../../formats/random.ts'
import { type Interval, quantile, type Run } from '../quantiles.ts'

export type BootstrapOptions = { confidence?: number; repetitions?: number; seed?: number }

const resample = <T>(values: readonly T[], draw: DrawIndex): T[] =>
  values.map(() => values[draw(values.length)] as T)

/**
 * Draws runs first and requests within each drawn run, both with replacement. Requests of one run
 * share its machine and its minute, so that they are no independent evidence (Davison and Hinkley,
 * Bootstrap Methods and their Application, 3.8).
 */
export const resampleRuns = (runs: readonly Run[], draw: DrawIndex): Run[] =>
  resample(runs, draw).map((run) => resample(run, draw))

/** The interval between the outer quantiles of a statistic over repeated draws. */
export function bootstrapInterval(
  statistic: (draw: DrawIndex) => number,
  { confidence = 0.95, repetitions = 1000, seed = 1 }: BootstrapOptions = {},
): Interval {
  const draw = createDraw({ seed })
  const drawn = Array.from({ length: repetitions }, () => statistic(draw))
  const tail = (1 - confidence) / 2
  return { low: quantile(drawn, tail), high: quantile(drawn, 1 - tail) }
}
