import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'

/** A time in milliseconds, fixed or drawn for each request. */
export type Duration =
  | { fixedMs: number }
  | { exponentialMs: number }
  /** Drawn from measured times, each as likely as the next. */
  | { samplesMs: readonly number[] }

/** Draws the next number from 0 to 1, 1 excluded. */
export type Random = () => number

// Each seed has so many streams.
const streams = 4

/**
 * Random numbers that a seed, a whole number, repeats. The first numbers of the Mersenne Twister
 * are random for neighbouring seeds, too.
 * @param stream independent numbers of the same seed
 */
export function createRandom(seed: number, stream: 0 | 1 | 2 | 3 = 0): Random {
  const generator = mersenne(seed * streams + stream)
  return () => uniformFloat64(generator)
}

/** Draws from the exponential distribution. The logarithm must not see 0. */
export const drawExponential = (random: Random, mean: number): number =>
  -mean * Math.log(1 - random())

/** Draws one time, in milliseconds. */
export function drawMs(duration: Duration, random: Random): number {
  if ('fixedMs' in duration) return duration.fixedMs
  if ('exponentialMs' in duration) return drawExponential(random, duration.exponentialMs)
  const { samplesMs } = duration
  return samplesMs[Math.floor(random() * samplesMs.length)] ?? 0
}

/** The mean time, in milliseconds. */
export function meanMs(duration: Duration): number {
  if ('fixedMs' in duration) return duration.fixedMs
  if ('exponentialMs' in duration) return duration.exponentialMs
  const { samplesMs } = duration
  return samplesMs.reduce((sum, sample) => sum + sample, 0) / samplesMs.length
}

/** The squared coefficient of variation: 0 for a fixed time, 1 for an exponential one. */
export function variationOf(duration: Duration): number {
  if ('fixedMs' in duration) return 0
  if ('exponentialMs' in duration) return 1
  const { samplesMs } = duration
  const mean = meanMs(duration)
  const squares = samplesMs.reduce((sum, sample) => sum + (sample - mean) ** 2, 0)
  return squares / samplesMs.length / mean ** 2
}
