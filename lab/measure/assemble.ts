/** The results of a measurement: put together from its parts, and checked against them. */
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
import { canonicalJson } from '../predict/predict-loads.ts'
import { describeMachine } from './provenance.ts'
import type { Results } from './results-folder.ts'

type Given = 'profile' | 'only' | 'startedAt' | 'interrupted' | 'waterfalls'
type Conditions = 'seed' | 'platform' | 'generators' | 'given'

export type AssembleOptions = Pick<Measurement, Given | Conditions> & {
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
    ...{ experiment, condition, points },
  }))
}

/** Puts together the results so far. */
export async function assemble(options: AssembleOptions): Promise<Measurement> {
  const { experiments, gate, sealed, runs, commit, waterfalls } = options
  const { profile, only, startedAt, interrupted, seed, platform, generators, given } = options
  const { calibration, ...passed } = gate
  const { k6 } = gate.probe
  const measured = summarizeLoads(experiments, runs)
  return {
    version: resultsVersion,
    ...{ profile, only, startedAt, endedAt: new Date().toISOString() },
    ...{ interrupted, seed, platform },
    machine: await describeMachine(),
    versions: { node: process.version, ...(k6 && { k6 }), ...(commit && { commit }) },
    ...{ generators, given },
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

/** The figures that follow from the runs. */
const derived = ['seal', 'predictions', 'measured', 'claims', 'errors'] as const

/** A value as JSON has it, which knows no NaN and no `undefined`. */
const stored = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value)))

/**
 * Recomputes all figures and verdicts from the sealed part and the runs.
 * @throws Error naming what differs
 */
export async function verifyResults(results: Results, parts: AssembleOptions): Promise<void> {
  const file = `${results.folder}/results.json`
  const found = await results.read<Measurement>('results')
  if (!found) throw new Error(`There is no ${file}`)
  const again = await assemble(parts)
  const different = derived.filter((name) => stored(again[name]) !== stored(found[name]))
  if (different.length > 0)
    throw new Error(
      `${file} does not follow from predictions.json and runs/: ${different.join(', ')}`,
    )
}
