import type { Experiment } from '../experiment.ts'
import { judgeClaims } from '../judge/judge-claims.ts'
import { findErrors } from '../judge/prediction-errors.ts'
import { summarizeLoads } from '../judge/summarize-load.ts'
import {
  type Gate,
  type Measurement,
  type Resources,
  type RunResult,
  resultsVersion,
  type Sealed,
} from '../measurement.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { describeMachine } from './provenance.ts'

type Given =
  | 'profile'
  | 'only'
  | 'startedAt'
  | 'interrupted'
  | 'seed'
  | 'platform'
  | 'generators'
  | 'given'

export type AssembleOptions = Pick<Measurement, Given | 'waterfalls'> & {
  commit?: string | undefined
  experiments: readonly Experiment[]
  gate: Gate
  sealed: Sealed
  runs: RunResult[]
}

const settingsOf = (experiments: readonly Experiment[]) =>
  Object.fromEntries(experiments.map(({ name, settings }) => [name, withDefaults(settings)]))

/** The last run of each condition shows what the services used. */
function resourcesOf(runs: RunResult[]): Resources[] {
  const last = new Map(runs.map((run) => [`${run.experiment} ${run.condition}`, run]))
  return [...last.values()].map(({ experiment, condition, resources: points }) => ({
    experiment,
    condition,
    points,
  }))
}

/** Puts together the results so far. */
export async function assemble(options: AssembleOptions): Promise<Measurement> {
  const { experiments, gate, sealed, runs, commit, waterfalls } = options
  const { calibration, ...passed } = gate
  const { k6 } = gate.probe
  const measured = summarizeLoads(experiments, runs)
  return {
    version: resultsVersion,
    profile: options.profile,
    only: options.only,
    startedAt: options.startedAt,
    endedAt: new Date().toISOString(),
    interrupted: options.interrupted,
    seed: options.seed,
    platform: options.platform,
    machine: await describeMachine(),
    versions: { node: process.version, ...(k6 && { k6 }), ...(commit && { commit }) },
    generators: options.generators,
    given: options.given,
    settings: settingsOf(experiments),
    calibration,
    gate: passed,
    ...sealed,
    measured,
    claims: judgeClaims({ experiments, predictions: sealed.predictions, measured }),
    errors: findErrors(sealed.predictions, measured),
    waterfalls,
    resources: resourcesOf(runs),
  }
}
