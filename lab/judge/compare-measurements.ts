import { type Experiment, type LoadSpec, loadsOf } from '../experiment.ts'
import type { LoadKey, Measurement, RunResult, RunSample } from '../measurement.ts'
import { median } from '../quantiles.ts'
import { type Comparison, compareRuns } from './compare.ts'
import { isFilled, isServed, latenciesOf, runsOf, samplesOf } from './summarize-load.ts'

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
  const baseline = experiments.filter(({ name }) => name === 'baseline')
  const loads = baseline.flatMap(loadsOf).flatMap(({ key, spec }) => {
    const [first, second] = [servedIn(before, key, spec), servedIn(after, key, spec)]
    const isCommon = first.length > 0 && second.length > 0
    return isCommon ? [{ ...key, ...compareLoad(first, second, noise) }] : []
  })
  if (loads.length === 0) throw new Error('The two results have no baseline in common.')
  return { verdict: verdictOf(loads), loads }
}

/** The samples of answers as designed, by run. */
const servedIn = ({ runs }: Measured, key: LoadKey, spec: LoadSpec): RunSample[][] =>
  runsOf(runs, key)
    .map((run) => samplesOf(run, spec).filter(isServed))
    .filter(isFilled)

function compareLoad(before: RunSample[][], after: RunSample[][], noise: number) {
  const [a, b] = [before.map(latenciesOf), after.map(latenciesOf)]
  const comparison = compareRuns(a, b, { noise })
  const [old, now] = comparison.medians
  const changed = changedPhase(before.flat(), after.flat())
  // Only what explains most of the change is worth naming.
  const explains = changed && Math.abs(changed.changeMs) > Math.abs(now - old) / 2
  const runMedians: LoadComparison['runMedians'] = [a.map(median), b.map(median)]
  return { ...comparison, phase: explains ? changed : undefined, runMedians }
}

function changedPhase(before: RunSample[], after: RunSample[]): LoadComparison['phase'] {
  const medianOf = (samples: RunSample[], name: string) =>
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
