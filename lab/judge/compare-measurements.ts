import type { Experiment } from '../experiment.ts'
import type { LoadKey, Measurement, RunResult } from '../measurement.ts'
import { median, type Run } from '../quantiles.ts'
import { type Comparison, compareRuns } from './compare.ts'
import { runsOf, samplesOf } from './summarize-load.ts'

/** A measurement with its raw samples. */
export type Measured = { measurement: Measurement; runs: RunResult[] }

export type LoadComparison = LoadKey &
  Comparison & {
    /** The part of `Server-Timing` that explains most of the change, and by how many milliseconds. */
    phase?: { name: string; changeMs: number } | undefined
    runMedians: [before: number[], after: number[]]
  }

export type MeasurementComparison = {
  /** One line. */
  verdict: string
  loads: LoadComparison[]
}

const compared = ['baseline']

/**
 * Judges two measurements of the same experiments against each other: each scenario alone.
 * @throws Error if they have no load in common
 */
export function compareMeasurements(
  before: Measured,
  after: Measured,
  experiments: readonly Experiment[],
): MeasurementComparison {
  const noise = Math.max(before.measurement.gate.noise, after.measurement.gate.noise)
  const loads = experiments
    .filter(({ name }) => compared.includes(name))
    .flatMap((experiment) => compareExperiment(experiment, before.runs, after.runs, noise))
  if (loads.length === 0) throw new Error('The two results have no baseline in common.')
  return { verdict: verdictOf(loads), loads }
}

function compareExperiment(
  { name: experiment, conditions }: Experiment,
  before: RunResult[],
  after: RunResult[],
  noise: number,
): LoadComparison[] {
  return conditions.flatMap((condition) => {
    const sides = [before, after].map((runs) => runsOf(runs, experiment, condition.name))
    return condition.loads.flatMap((spec) => {
      const samples = sides.map((runs) =>
        runs
          .map((run) => samplesOf(run, spec).filter(({ outcome }) => outcome === 'ok'))
          .filter(({ length }) => length > 0),
      )
      const [first = [], second = []] = samples
      if (first.length === 0 || second.length === 0) return []
      const latencies = (runs: typeof first): Run[] => runs.map((r) => r.map((s) => s.latencyMs))
      const [a, b] = [latencies(first), latencies(second)]
      const comparison = compareRuns(a, b, { noise })
      const key = {
        experiment,
        condition: condition.name,
        load: spec.name,
        scenario: spec.scenario,
      }
      const phase = changedPhase(first.flat(), second.flat())
      const [old, now] = comparison.medians
      // Only what explains most of the change is worth naming.
      const named = phase && Math.abs(phase.changeMs) > Math.abs(now - old) / 2 ? phase : undefined
      return [{ ...key, ...comparison, phase: named, runMedians: [a.map(median), b.map(median)] }]
    })
  })
}

type Sample = RunResult['samples'][number]

function changedPhase(before: Sample[], after: Sample[]): LoadComparison['phase'] {
  const medianOf = (samples: Sample[], name: string) =>
    median(samples.map(({ phases }) => phases[name] ?? 0))
  const names = new Set([...before, ...after].flatMap(({ phases }) => Object.keys(phases)))
  names.delete('total')
  const changes = [...names].map((name) => ({
    name,
    changeMs: medianOf(after, name) - medianOf(before, name),
  }))
  return changes.sort((a, b) => Math.abs(b.changeMs) - Math.abs(a.changeMs))[0]
}

const isDifferent = ({ verdict }: LoadComparison) =>
  verdict !== 'no difference' && verdict !== 'not resolved'

/** `Scenario 3 is slower: the median is 9.8 % higher, most of it in search (+5.0 ms).` */
export function verdictOf(loads: readonly LoadComparison[]): string {
  const different = loads.filter(isDifferent)
  const open = loads.filter(({ verdict }) => verdict === 'not resolved').map((it) => it.scenario)
  return [
    ...(different.length > 0 ? different.map(describe) : ['No difference.']),
    ...(open.length > 0 ? [`Not resolved: scenario ${open.join(', ')}.`] : []),
  ].join(' ')
}

function describe({ scenario, verdict, reason, phase }: LoadComparison): string {
  if (verdict === 'spread changed') return `Scenario ${scenario}: ${reason}.`
  const change = phase && `${phase.changeMs > 0 ? '+' : '−'}${Math.abs(phase.changeMs).toFixed(1)}`
  const where = phase ? `, most of it in ${phase.name} (${change} ms)` : ''
  return `Scenario ${scenario} is ${verdict}: ${reason}${where}.`
}
