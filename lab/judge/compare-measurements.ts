import { type Experiment, type LoadSpec, loadsOf } from '../experiment.ts'
import type { Figure, LoadKey } from '../load-figures.ts'
import type { Measurement, RunResult } from '../measurement.ts'
import { median } from '../quantiles.ts'
import { changedPhase, type PhaseChange } from './changed-phase.ts'
import { compareLoads, type Judged } from './compare.ts'
import { type FindOptions, findDifferences, type TwoLabs } from './differences.ts'
import { knownRuns } from './run-values.ts'
import { isFilled, runsOf, summarizeLoad } from './summarize-load.ts'

/** A measurement with its raw samples. */
export type Measured = { measurement: Measurement; runs: RunResult[] }

export type LoadComparison = LoadKey &
  Judged & {
    /** Medians over the medians of the runs, in milliseconds; NaN without runs. */
    medians: [before: number, after: number]
    runMedians: [before: number[], after: number[]]
    /** The 95th percentile after over that before, if each side has enough requests a run. */
    p95?: Judged['difference']
    /** The part of `Server-Timing` that explains most of the change. */
    phase?: PhaseChange | undefined
  }

export type MeasurementComparison = {
  verdict: string
  loads: LoadComparison[]
}

export type TwoMeasurements = {
  before: Measured
  after: Measured
  experiments: readonly Experiment[]
} & FindOptions

type CommonLoad = { key: LoadKey; spec: LoadSpec; runs: readonly [RunResult[], RunResult[]] }

/** The scenarios alone that both were to measure. */
function commonLoads({ before, after, experiments }: TwoMeasurements): CommonLoad[] {
  const baseline = experiments.filter(({ name }) => name === 'baseline')
  const loads = baseline.flatMap(loadsOf).map(
    ({ key, spec }): CommonLoad => ({
      ...{ key, spec },
      runs: [runsOf(before.runs, key), runsOf(after.runs, key)],
    }),
  )
  return loads.filter(
    ({ runs, spec }) => runs.every(isFilled) && runs.flat().some((run) => hasPlayed(run, spec)),
  )
}

const hasPlayed = (run: RunResult, { name }: LoadSpec) =>
  run.samples.some(({ load }) => load === name)

/** A figure of each load, in both measurements: one value per run. */
export const figureOfBoth = (options: TwoMeasurements, figure: Figure): TwoLabs[] =>
  commonLoads(options).map(({ key, spec, runs: [before, after] }) => ({
    before: summarizeLoad(key, spec, before).runFigures[figure],
    after: summarizeLoad(key, spec, after).runFigures[figure],
  }))

/**
 * Judges two measurements of the same experiments against each other: each scenario alone.
 * @throws Error if they have no load in common
 */
export function compareMeasurements(options: TwoMeasurements): MeasurementComparison {
  const medians = figureOfBoth(options, 'medianMs')
  const judged = compareLoads(medians, options)
  const p95s = findDifferences(figureOfBoth(options, 'p95Ms'), options)
  const loads = commonLoads(options).map(({ key, spec, runs }, place): LoadComparison => {
    const { before, after } = medians[place] as TwoLabs
    const runMedians: LoadComparison['runMedians'] = [
      knownRuns(before).flat(),
      knownRuns(after).flat(),
    ]
    const p95 = p95s[place] as (typeof p95s)[number]
    return {
      ...key,
      ...(judged[place] as Judged),
      medians: [median(runMedians[0]), median(runMedians[1])],
      runMedians,
      ...(typeof p95 === 'string' ? {} : { p95 }),
      phase: changedPhase(runs, spec),
    }
  })
  if (loads.length === 0) throw new Error('The two results have no baseline in common.')
  return { verdict: verdictOf(loads), loads }
}

const isDifferent = ({ verdict }: LoadComparison) => verdict === 'slower' || verdict === 'faster'

const namesOf = (loads: readonly LoadComparison[]) =>
  `scenario${loads.length === 1 ? '' : 's'} ${loads.map(({ scenario }) => scenario).join(', ')}`

/** `Scenario 3 is slower by 18 % (12 to 25 %), most of it in search (+5.0 ms). Alike: …` */
export function verdictOf(loads: readonly LoadComparison[]): string {
  const alike = loads.filter(({ verdict }) => verdict === 'alike')
  const open = loads.filter(({ verdict }) => verdict === 'open')
  return [
    ...loads.filter(isDifferent).map(describe),
    ...(alike.length > 0 ? [`Alike: ${namesOf(alike)}.`] : []),
    ...(open.length > 0 ? [`Open: ${namesOf(open)}.`] : []),
  ].join(' ')
}

/** The part of a difference that explains most of it, in words. */
export function phaseInWords(load: LoadComparison): string {
  const { phase } = load
  if (!phase || !isDifferent(load)) return ''
  const change = `${phase.changeMs > 0 ? '+' : '−'}${Math.abs(phase.changeMs).toFixed(1)}`
  return `most of it in ${phase.name} (${change} ms)`
}

function describe(load: LoadComparison): string {
  const where = phaseInWords(load)
  return `Scenario ${load.scenario} is ${load.text}${where && `, ${where}`}.`
}
