/** One measurement: its runs, predictions, measured values, verdicts, and their conditions. */
import type { LoadSample } from '../formats/samples.ts'
import type { FunctionName } from '../model/services.ts'
import type { LoadSpec } from './experiment.ts'
import type { Calibration, LabSettings } from './predict/lab-settings.ts'
import type { Balancing } from './predict/simulate-ceiling.ts'
import type { Interval } from './quantiles.ts'
import type { TargetOptions } from './target.ts'

/** A sample of a run, with the place of its replica in the run's list. */
export type RunSample = LoadSample & { servedBy?: number }

/** The cost of a run of the load generators, and whether they kept their plan. */
export type GeneratorReport = {
  /** Requests that were due while every user was busy. */
  dropped: number
  /** Their share of one core; `undefined` if the system does not show it, as on other machines. */
  cpuShare?: number | undefined
  /** Of the time that it could have run, the share that one waited for a core: the largest. */
  waitShare?: number | undefined
  /** The version of k6, the same for all. */
  k6?: string | undefined
}

/** The resources that a service used during a run: one point per reading. */
export type ResourcePoint = {
  of: FunctionName
  atMs: number
  cpuMs: number
  memoryBytes: number
}

export type RunResult = {
  id: string
  experiment: string
  condition: string
  repeat: number
  startedAt: string
  samples: RunSample[]
  /** The replicas that answered: a sample has a place in this list. */
  replicas?: string[]
  generator: GeneratorReport
  resources: ResourcePoint[]
}

/** The load generators against a server that answers at once. */
export type Probe = GeneratorReport & {
  p95Ms: number
  /** Why the load generator is too slow; empty if it is not. */
  objections: string[]
}

/** Where a platform is, and how its engine scales a service. */
export type PlatformAddress = Required<TargetOptions> & {
  /** The command, with `{service}` and `{replicas}`; no shell reads it. */
  scale: string
}

/** The same with the settings that its services show. */
export type Platform = PlatformAddress & { settings: LabSettings }

/** A value with its 95 % interval; without one if there were too few runs. */
export type Estimate = { value: number; interval?: Interval | undefined }

/** The place of a load. */
export type LoadKey = { experiment: string; condition: string; load: string; scenario: number }

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
  /** The same by simulation: the replicas in turn, and one at random for each request. */
  simulatedPerSecond?: Record<Balancing, number>
}

/** The measurement of one load over its runs. Times in milliseconds, of responses as designed. */
export type LoadMeasurement = LoadKey & {
  arrivals: LoadSpec['arrivals']
  /** The offered rate of open arrivals. */
  perSecond?: number | undefined
  /** Requests that were due in the first seconds of each run are not counted. */
  warmupSeconds?: number | undefined
  /** Samples of all runs, after the warm-up. */
  samples: number
  medianMs: Estimate
  meanMs: Estimate
  p95Ms: Estimate
  /** Only with 299 samples or more. */
  p99Ms?: Estimate | undefined
  queueP95Ms: Estimate
  completedPerSecond: Estimate
  refusedShare: Estimate
  /** The median of each run, in the order of the repeats. */
  runMedians: number[]
  /** The other figures of each run, of those runs that have one. */
  runFigures: Record<'meanMs' | 'queueP95Ms' | 'completedPerSecond' | 'refusedShare', number[]>
  /** How often each other outcome than the designed one came. */
  failures: Record<string, number>
  /** How many requests each replica answered, by name: one entry per run. */
  answeredBy?: Record<string, number>[] | undefined
}

export type ClaimVerdict = 'confirmed' | 'refuted' | 'not resolved'

/** The values that a claim allows; either end may be open. */
export type Allowed = { atLeast?: number; atMost?: number }

/** A claim of the study, or a prediction, and the verdict of the measurement. */
export type JudgedClaim = {
  /** Short and stable, such as `1-latency`. */
  id: string
  scenario: number
  /** One sentence. */
  claim: string
  unit: 'ms' | '/s' | '%' | '×'
  predicted: number
  /** The formula behind the prediction, in words. */
  basis: string
  allowed: Allowed
  measured: Estimate
  /** One value per run. */
  runs: number[]
  verdict: ClaimVerdict
}

/** A part of one request: from its spans. Times in milliseconds from the start of the request. */
export type WaterfallSpan = {
  id: string
  parent?: string | undefined
  service: string
  name: string
  startMs: number
  durationMs: number
  error?: string | undefined
}

export type Waterfall = { scenario: number; spans: WaterfallSpan[] }

/** One point per service and second of the experiment that plays all six scenarios. */
export type Resources = { experiment: string; condition: string; points: ResourcePoint[] }

export type Measurement = {
  version: 1
  profile: string
  only?: string[] | undefined
  startedAt: string
  endedAt: string
  /** Why it ended before its end; without it, everything was measured. */
  interrupted?: string | undefined
  seed: number
  /** The platform, if no lab of this program's own was measured. */
  platform?: Platform | undefined
  machine: Record<string, string | number>
  versions: Record<string, string>
  /** The commands that ran k6; without them, k6 ran on the machine of the lab. */
  generators?: readonly string[] | undefined
  settings: Record<string, Record<string, string | number>>
  calibration: Calibration
  gate: { probe: Probe; noise: number; ignored: boolean }
  /** SHA-256 of the predictions, made before the first measured request. */
  seal: string
  sealedAt: string
  predictions: LoadPrediction[]
  measured: LoadMeasurement[]
  claims: JudgedClaim[]
  waterfalls: Waterfall[]
  resources: Resources[]
}

/** Known before the first run: the cost of a hop, the noise, and the load generator's limits. */
export type Gate = Measurement['gate'] & { calibration: Calibration }

export type Sealed = Pick<Measurement, 'seal' | 'sealedAt' | 'predictions'>
