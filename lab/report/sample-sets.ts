/** The samples that a new analysis takes from the runs. */
import type { LoadSample } from '../../formats/samples.ts'
import { scenarios } from '../../model/scenarios.ts'
import type { Measurement, RunResult } from '../measurement.ts'

export type SampleSource = { measurement: Measurement; runs: readonly RunResult[] }
export type LoadChoice = { experiment: string; load: string }

/** Every sample of a load, warm-up included, by run; empty if it was not played. */
export const samplesByRun = (
  { runs }: Pick<SampleSource, 'runs'>,
  { experiment, load }: LoadChoice,
): LoadSample[][] =>
  runs
    .filter((run) => run.experiment === experiment)
    .sort((a, b) => a.repeat - b.repeat)
    .map(({ samples }) => samples.filter((sample) => sample.load === load))
    .filter((samples) => samples.length > 0)

/** The warm-up of a load in seconds; 0 if the measurement does not tell. */
export const warmupOf = ({ measurement }: SampleSource, choice: LoadChoice): number =>
  measurement.measured.find(
    ({ experiment, load }) => experiment === choice.experiment && load === choice.load,
  )?.warmupSeconds ?? 0

/** The samples of a load after its warm-up, by run. */
export function countedByRun(source: SampleSource, choice: LoadChoice): LoadSample[][] {
  const warmupMs = warmupOf(source, choice) * 1000
  return samplesByRun(source, choice)
    .map((samples) => samples.filter(({ dueMs }) => dueMs >= warmupMs))
    .filter((samples) => samples.length > 0)
}

/** The counted samples of all six scenarios, by number; `undefined` unless each was played. */
export function samplesByScenario(
  source: SampleSource,
  loadOf: (scenario: number) => LoadChoice,
): Map<number, LoadSample[]> | undefined {
  const entries = scenarios.map(
    ({ number }) => [number, countedByRun(source, loadOf(number)).flat()] as const,
  )
  return entries.every(([, samples]) => samples.length > 0) ? new Map(entries) : undefined
}
