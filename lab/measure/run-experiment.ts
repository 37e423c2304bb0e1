import { type Experiment, type PlannedRun, scheduleRuns, secondsOf } from '../experiment.ts'
import { secondsFor } from '../experiments/profiles.ts'
import { summarizeLoads } from '../judge/summarize-load.ts'
import { warmUp } from './calibrate.ts'
import type { MeasuredLab } from './measured-lab.ts'
import type { Results } from './results-folder.ts'
import { makeRun } from './run.ts'

export type RunExperimentOptions = {
  results: Results
  seed: number
  until?: number | undefined
  generators: readonly string[]
  openLab: () => Promise<MeasuredLab>
  /** The experiments that come afterwards, for the time that is left. */
  rest: readonly Experiment[]
  signal: AbortSignal
  say: (line: string) => void
}

// More repeats than these make an interval narrower by a few percent only.
const mostRepeats = 60

/** Makes the runs that are missing, and with `until` further ones until the intervals are narrow. */
export async function runExperiment(
  experiment: Experiment,
  options: RunExperimentOptions,
): Promise<void> {
  const { seed, until } = options
  await makeMissing(scheduleRuns(experiment, { seed }), experiment, options)
  if (until === undefined) return
  let repeats = experiment.repeats
  while (repeats < mostRepeats && (await widest(experiment, options.results)) > until) {
    const more = scheduleRuns(experiment, { seed, from: repeats, to: repeats + 2 })
    await makeMissing(more, experiment, options)
    repeats += 2
  }
}

/** The widest 95 % interval of the medians, as a share of its median. */
async function widest(experiment: Experiment, results: Results): Promise<number> {
  const measured = summarizeLoads([experiment], await results.readRuns())
  const widths = measured.map(({ medianMs: { value, interval } }) =>
    interval ? (interval.high - interval.low) / value : Infinity,
  )
  return Math.max(...widths)
}

async function makeMissing(
  planned: PlannedRun[],
  experiment: Experiment,
  { results, openLab, rest, generators, signal, say }: RunExperimentOptions,
): Promise<void> {
  const missing: PlannedRun[] = []
  for (const run of planned) if (!(await results.readRun(run.id))) missing.push(run)
  if (missing.length === 0) return
  const lab = await openLab()
  try {
    await warmUp(lab)
    for (const [index, run] of missing.entries()) {
      const left = missing.slice(index).reduce((sum, it) => sum + secondsOf(it.condition), 0)
      say(progress(run, experiment, left + secondsFor(rest)))
      await results.writeRun(await makeRun(run, lab, { signal, generators }))
    }
  } finally {
    await lab.close()
  }
}

function progress({ condition, repeat }: PlannedRun, { title }: Experiment, leftSeconds: number) {
  const minutes = Math.floor(leftSeconds / 60)
  const seconds = String(Math.round(leftSeconds % 60)).padStart(2, '0')
  return `${title}: ${condition.name}, run ${repeat + 1} · about ${minutes}:${seconds} left`
}
