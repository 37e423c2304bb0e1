/** The figures of one load: predicted, measured, and judged. */

import type { LoadSpec } from './experiment.ts'
import type { Balancing } from './predict/simulate-ceiling.ts'
import type { Interval } from './quantiles.ts'

/** A value with its 95 % interval; without one if there were too few runs. */
export type Estimate = { value: number; interval?: Interval | undefined }

/** One value per run, by start of the lab; `null` if a run has none. */
export type RunValues = (number | null)[][]

/** The figures of a load that each run has: times in milliseconds. */
export type Figure =
  | 'medianMs'
  | 'meanMs'
  | 'p95Ms'
  | 'p99Ms'
  | 'queueP95Ms'
  | 'completedPerSecond'
  | 'refusedShare'

/** The place of a load. */
export type LoadKey = { experiment: string; condition: string; load: string; scenario: number }

/** `capacity/above/scenario-1-even-150` */
export const nameOf = ({ experiment, condition, load }: Omit<LoadKey, 'scenario'>): string =>
  `${experiment}/${condition}/${load}`

/** The prediction for one load. Times in milliseconds; values without a formula are absent. */
export type LoadPrediction = LoadKey & {
  medianMs?: number
  /** Of a closed loop whose users wait for each other. */
  meanMs?: number
  /** Wait for a slot of the first service. */
  queueP95Ms?: number
  /** Answers as designed. */
  completedPerSecond?: number
  refusedShare?: number
  /** The same for the start times of each run, if they are random: in the order of the repeats. */
  byRun?: Partial<Record<PredictedFigure, number[]>>
  /** The same by simulation: the replicas in turn, and one at random for each request. */
  simulatedPerSecond?: Record<Balancing, number>
}

export type PredictedFigure = Exclude<Figure, 'p95Ms' | 'p99Ms'>

/** What became of the requests of a load: `due` is the sum of sent, dropped and left out. */
export type LoadAccount = {
  due: number
  sent: number
  /** Due while every user was busy. */
  dropped: number
  /** Due, and not sent, because their user was free only after the load. */
  leftOut: number
  /** Sent more than 5 ms after they were due. */
  late: number
  /** How late they were sent, in milliseconds: the 95th percentile, and the largest. */
  lateP95Ms: number
  lateMaxMs: number
  /** Sent, and without an end when the run ended. */
  unanswered: number
}

/** Little's law for a load: requests in the system over answers per second times their latency. */
export type LittleCheck = {
  perSecond: number
  latencyMs: number
  inSystem: number
  /** `inSystem` over the product of the others: 1 if nothing is left out. */
  ratio: number
}

/**
 * The measurement of one load: the value of a figure is the median over its runs. Times in
 * milliseconds, of responses as designed.
 */
export type LoadMeasurement = LoadKey & {
  arrivals: LoadSpec['arrivals']
  /** The offered rate of open arrivals. */
  perSecond?: number | undefined
  /** How long requests were due, the warm-up included. */
  seconds: number
  /** Requests that were due in the first seconds of each run are not counted. */
  warmupSeconds?: number | undefined
  /** Runs that count. */
  runs: number
  starts: number
  /**
   * The variance between starts over that between runs of one start, by which intervals widen: values
   * that are equally likely.
   */
  startRatios: readonly number[]
  /** Samples of all runs, after the warm-up. */
  samples: number
  account?: LoadAccount | undefined
  /** Runs that do not count, with the reason. */
  excluded: string[]
  little?: LittleCheck | undefined
  figures: Record<Figure, Estimate>
  runFigures: Record<Figure, RunValues>
  /** How often each other outcome than the designed one came. */
  failures: Record<string, number>
  /** How many requests each replica answered, by name: one entry per run. */
  answeredBy?: Record<string, number>[] | undefined
}

export type ClaimVerdict = 'confirmed' | 'refuted' | 'open' | 'not measured'

export type Unit = 'ms' | '/s' | '%' | '×'

/** The values that a claim allows; either end may be open. */
export type Allowed = { atLeast?: number; atMost?: number }

/** A claim of the study, and the verdict of the measurement. */
export type JudgedClaim = {
  /** Short and stable, such as `1-latency`. */
  id: string
  scenario: number
  claim: string
  /** The range that follows from the claim, in words: `500 ms ± 5 %`. */
  stated: string
  unit: Unit
  allowed: Allowed
  measured: Estimate
  runs: number[]
  verdict: ClaimVerdict
  /** Why it is open or was not measured. */
  reason?: string | undefined
}

/** A predicted figure of a load beside the measured one. */
export type PredictionError = LoadKey & {
  figure: PredictedFigure
  unit: Unit
  predicted: number
  measured: Estimate
  /** How far the measured value is off, as a share of the predicted one; none if that is 0. */
  error?: Estimate | undefined
  /** Measured minus predicted, run by run, where each run has its own prediction. */
  difference?: Estimate | undefined
  /** The formula behind the prediction, in words. */
  basis: string
}
