/**
 * A history of measurements: one line each, for tools that look for the change in a series, such as
 * Apache Otava.
 */
import { scenarios } from '../../model/scenarios.ts'
import { summarizeErrors } from '../judge/prediction-errors.ts'
import type { Figure } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { csvLine, type Value } from './csv.ts'
import { loadOf } from './mistakes.ts'

type Column = readonly [name: string, read: (measurement: Measurement) => Value]

const figure = (experiment: string, load: string, name: Figure) => (measurement: Measurement) =>
  loadOf(measurement, { experiment, load })?.figures[name].value

const percentOf = (share: number | undefined) => share && share * 100

const medians = scenarios.map(
  ({ number }): Column => [
    `scenario_${number}_median_ms`,
    figure('baseline', `scenario-${number}`, 'medianMs'),
  ],
)

/** The scenarios that have a load above their ceiling. */
const ceilings = [1, 2, 4].map(
  (number): Column => [
    `scenario_${number}_ceiling_per_second`,
    figure('capacity', `scenario-${number}-even-150`, 'completedPerSecond'),
  ],
)

const columns: readonly Column[] = [
  ['time', ({ startedAt }) => startedAt],
  ['commit', ({ versions }) => versions.commit],
  ['cpu', ({ machine }) => machine.cpu],
  ['seed', ({ seed }) => seed],
  ['claims', ({ claims }) => claims.length],
  ['claims_confirmed', ({ claims }) => claims.filter((it) => it.verdict === 'confirmed').length],
  ['prediction_error_median_percent', ({ errors }) => percentOf(summarizeErrors(errors)?.median)],
  [
    'prediction_error_worst_percent',
    ({ errors }) => percentOf(summarizeErrors(errors)?.worst.size),
  ],
  ['hop_ms', ({ calibration }) => calibration.hopMs],
  ...medians,
  ...ceilings,
  ['scenario_6_p95_at_1000_ms', figure('capacity', 'scenario-6-even-1000', 'p95Ms')],
]

const header = csvLine(columns.map(([name]) => name))

// Tools that want a number in every line read this as one.
const orNaN = (value: Value): Value =>
  value === undefined || value === null || Number.isNaN(value) ? 'NaN' : value

/** Whether a measurement belongs in a series: whole, of the lab itself, and without faults. */
export const isComparable = (measurement: Measurement): boolean =>
  measurement.interrupted === undefined &&
  measurement.only === undefined &&
  measurement.platform === undefined &&
  Object.keys(measurement.given).length === 0

/**
 * Adds a measurement to the history of its profile: the whole file. Profiles have other delays, so
 * that each has a history of its own.
 * @throws Error if the history has other columns
 */
export function extendHistory(history: string, measurement: Measurement): string {
  if (history !== '' && !history.startsWith(header))
    throw new Error('The history has other columns than this version writes: move it away')
  return (history || header) + csvLine(columns.map(([, read]) => orNaN(read(measurement))))
}
