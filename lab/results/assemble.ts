import type { Experiment } from '../measure/experiment.ts'
import { describeMachine } from '../measure/machine.ts'
import type { Gate, Sealed } from '../measure/measure-lab.ts'
import type { Platform } from '../measure/platform.ts'
import type { RunResult } from '../measure/run.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { judgeClaims } from './claims.ts'
import { measureAll } from './measure-all.ts'
import type { Measurement, Resources, Waterfall } from './measurement.ts'

export type AssembleOptions = {
  profile: string
  /** The commands that ran k6. */
  generators: readonly string[]
  only?: string[] | undefined
  seed: number
  startedAt: string
  interrupted?: string | undefined
  commit?: string | undefined
  platform?: Platform | undefined
  experiments: readonly Experiment[]
  gate: Gate
  sealed: Sealed
  waterfalls: Waterfall[]
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

/** The versions of what measured and of what was measured. */
const versionsOf = ({ probe }: Gate, commit: string | undefined): Record<string, string> => ({
  node: process.version,
  ...(probe.k6 && { k6: probe.k6 }),
  ...(commit && { commit }),
})

/** Puts together what a measurement knows so far. */
export async function assemble(options: AssembleOptions): Promise<Measurement> {
  const { experiments, gate, sealed, runs, commit, waterfalls } = options
  const { calibration, ...passed } = gate
  const measured = measureAll(experiments, runs)
  return {
    version: 1,
    profile: options.profile,
    only: options.only,
    startedAt: options.startedAt,
    endedAt: new Date().toISOString(),
    interrupted: options.interrupted,
    seed: options.seed,
    platform: options.platform,
    machine: await describeMachine(),
    versions: versionsOf(gate, commit),
    generators: options.generators,
    settings: settingsOf(experiments),
    calibration,
    gate: passed,
    ...sealed,
    measured,
    claims: judgeClaims(sealed.predictions, measured),
    waterfalls,
    resources: resourcesOf(runs),
  }
}
