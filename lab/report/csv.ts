/** A measurement as tables that R, pandas and spreadsheets read: RFC 4180, units in the names. */
import type { LoadSample } from '../../formats/samples.ts'
import { factorOf, figures } from '../judge/units.ts'
import { type Figure, type LoadMeasurement, nameOf } from '../load-figures.ts'
import type { Measurement, RunResult } from '../measurement.ts'
import type { SampleSource } from './mistakes.ts'

export type Value = string | number | boolean | null | undefined

function field(value: Value): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  // As R has them; pandas reads both.
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  const text = value ?? ''
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line with its end; a value that is missing or not a number is empty. */
export const csvLine = (values: readonly Value[]): string => `${values.map(field).join(',')}\r\n`

const sampleColumns = [
  ...['run', 'experiment', 'condition', 'start', 'repeat', 'excluded'],
  ...['load', 'scenario', 'counted', 'request_id'],
  ...['due_ms', 'late_ms', 'latency_ms', 'outcome', 'replica'],
]

/** The phases of the first services, in the order in which they are met. */
const phasesIn = (runs: readonly RunResult[]): string[] => {
  const names = new Set<string>()
  for (const { samples } of runs)
    for (const { phases } of samples) for (const name of Object.keys(phases)) names.add(name)
  return [...names]
}

type Loads = ReadonlyMap<string, LoadMeasurement>

/** The values of a run's samples that its file does not name again for each. */
function describeSample(run: RunResult, sample: LoadSample, loads: Loads): Value[] {
  const load = loads.get(nameOf({ ...run, load: sample.load }))
  const warmupMs = (load?.warmupSeconds ?? 0) * 1000
  const isExcluded = run.excluded !== undefined
  const isCounted = !isExcluded && sample.dueMs >= warmupMs
  return [
    ...[run.id, run.experiment, run.condition, run.start, run.repeat, isExcluded],
    ...[sample.load, load?.scenario, isCounted, sample.id],
  ]
}

/**
 * One line per request of every run, after a line of names. The warm-up is there, too: `counted`
 * says what the figures are made of. Times are in milliseconds.
 */
export function* samplesCsv({ measurement, runs }: SampleSource): Generator<string> {
  const phases = phasesIn(runs)
  const loads = new Map(measurement.measured.map((load) => [nameOf(load), load]))
  yield csvLine([...sampleColumns, ...phases.map((name) => `phase_${name}_ms`)])
  for (const run of runs)
    for (const sample of run.samples)
      yield csvLine([
        ...describeSample(run, sample, loads),
        ...[sample.dueMs, sample.lateMs, sample.latencyMs, sample.outcome],
        run.replicas?.[sample.servedBy ?? -1],
        ...phases.map((name) => sample.phases[name]),
      ])
}

const figureNames: Record<Figure, string> = {
  medianMs: 'median_ms',
  meanMs: 'mean_ms',
  p95Ms: 'p95_ms',
  p99Ms: 'p99_ms',
  queueP95Ms: 'slot_wait_p95_ms',
  completedPerSecond: 'completed_per_second',
  refusedShare: 'refused_share',
}

const resultColumns = [
  ...['experiment', 'condition', 'load', 'scenario', 'arrivals', 'offered_per_second'],
  ...['figure', 'value', 'low', 'high', 'predicted', 'runs', 'starts', 'requests'],
]

/** One line per figure of every load, with its 95 % interval, after a line of names. */
export function resultsCsv({ measured, errors }: Measurement): string {
  const predicted = new Map(
    errors.map((it) => [`${nameOf(it)} ${it.figure}`, it.predicted / factorOf(it.figure)]),
  )
  const lines = measured.flatMap((load) =>
    figures.map((figure) => {
      const { value, interval } = load.figures[figure]
      return csvLine([
        ...[load.experiment, load.condition, load.load, load.scenario],
        ...[load.arrivals, load.perSecond, figureNames[figure]],
        ...[value, interval?.low, interval?.high, predicted.get(`${nameOf(load)} ${figure}`)],
        ...[load.runs, load.starts, load.samples],
      ])
    }),
  )
  return csvLine(resultColumns) + lines.join('')
}
