/** One measurement: its runs, predictions, measured values, verdicts, and their conditions. */

import type { LoadSample } from '../formats/samples.ts'
import type { FunctionName } from '../model/services.ts'
import type {
  JudgedClaim,
  LoadAccount,
  LoadMeasurement,
  LoadPrediction,
  PredictionError,
} from './load-figures.ts'
import type { Calibration, LabSettings } from './predict/lab-settings.ts'
import type { TargetOptions } from './target.ts'

/** A sample of a run, with the place of its replica in the run's list. */
export type RunSample = LoadSample & { servedBy?: number }

/** The cost of a run of the load generators, and whether they kept their plan. */
export type GeneratorReport = {
  /** Requests that were due while every user was busy, until the load ended. */
  dropped: number
  /**
   * Their share of one core during the loads; `undefined` if the system does not show it, as on
   * other machines.
   */
  cpuShare?: number | undefined
  /**
   * Of the time that it could have run during the loads, the share that one waited for a core: the
   * largest. `undefined` if the system does not show it.
   */
  waitShare?: number | undefined
  /** What became of the requests of each load, by its name. */
  loads?: Record<string, LoadAccount> | undefined
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
  /** The start of the lab in which it was made, from 0. */
  start: number
  /** Its number among the runs of its condition, over all starts, from 0. */
  repeat: number
  startedAt: string
  /** Why it does not count, after it was made again as often as allowed. */
  excluded?: string | undefined
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

export type Waterfall = {
  scenario: number
  spans: WaterfallSpan[]
  /** It has the median length of so many requests. */
  of?: number
}

/** One point per service and second of the experiment that plays all six scenarios. */
export type Resources = { experiment: string; condition: string; points: ResourcePoint[] }

/** Of the shape of `results.json`: files of another one are refused. */
export const resultsVersion = 2

export type Measurement = {
  version: typeof resultsVersion
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
  gate: { probe: Probe; ignored: boolean }
  /** Settings that options gave, such as `FAULTS`. */
  given: Record<string, string>
  /** SHA-256 of what was fixed before the first measured request. */
  seal: string
  sealedAt: string
  predictions: LoadPrediction[]
  measured: LoadMeasurement[]
  claims: JudgedClaim[]
  errors: PredictionError[]
  waterfalls: Waterfall[]
  resources: Resources[]
}

/** Known before the first run: the cost of a hop, and the load generator's limits. */
export type Gate = Measurement['gate'] & { calibration: Calibration }

/** Fixed before the first measured request. */
export type Sealed = Pick<Measurement, 'seal' | 'sealedAt' | 'predictions'>
