/** A whole measurement: gate, sealed predictions, runs, results. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Experiment, type PlannedRun, scheduleRuns, secondsOf } from '../experiment.ts'
import { secondsFor } from '../experiments/profiles.ts'
import { summarizeLoads } from '../judge/summarize-load.ts'
import type { Gate, Platform, Probe, Sealed, Waterfall } from '../measurement.ts'
import { predictLoads, seal } from '../predict/predict-loads.ts'
import { calibrate, measureNoise, probeGenerator, warmUp } from './gate.ts'
import { openMeasuredLab } from './measured-lab.ts'
import { openPlatform } from './platform.ts'
import type { Results } from './results-folder.ts'
import { makeRun } from './run.ts'
import { recordWaterfalls } from './waterfalls.ts'

/** Ends a measurement whose load generator is too slow. */
export class GateError extends Error {
  override name = 'GateError'
}

export type MeasureOptions = {
  results: Results
  experiments: readonly Experiment[]
  /** Measured instead of labs of this program's own. */
  platform?: Platform | undefined
  seed: number
  /** Repeats until the 95 % interval of each median is at most this share of it wide. */
  until?: number | undefined
  /** The commands that run k6, which share each load. */
  generators: readonly string[]
  /** The address that this machine and its lab listen on, for generators on other machines. */
  host?: string | undefined
  /** Measures although the load generator is too slow; the report says so. */
  ignoreGate?: boolean
  /** Variables for the services: faults that the user sets. */
  environment?: Record<string, string | undefined>
  signal: AbortSignal
  say: (line: string) => void
}

/** Makes a part, unless an earlier start of the same measurement has made it. */
async function once<T>(results: Results, name: string, make: () => Promise<T>): Promise<T> {
  const made = await results.read<T>(name)
  if (made !== undefined) return made
  const value = await make()
  await results.write(name, value)
  return value
}

/**
 * Measures the missing parts: each is in the results folder when it is done.
 * @throws GateError if the load generator is too slow; the reason of `signal` if it aborts
 */
export async function measureLab(options: MeasureOptions): Promise<void> {
  const { results, experiments, say } = options
  const gate = await once(results, 'gate', () => passGate(options))
  const sealed = await once(results, 'predictions', () => predictAll(options, gate))
  say(`Predictions are sealed: ${sealed.seal}`)
  if (!options.platform) await once(results, 'waterfalls', () => drawWaterfalls(options))
  for (const experiment of experiments) await runExperiment(experiment, options)
}

const labOptions = ({ results, environment, host, signal }: MeasureOptions) => ({
  logFolder: join(results.folder, 'logs'),
  environment,
  host,
  signal,
})

const openLabOf = async (options: MeasureOptions, settings: Experiment['settings']) =>
  options.platform
    ? openPlatform(options.platform, options)
    : openMeasuredLab({ ...labOptions(options), settings })

function drawWaterfalls(options: MeasureOptions): Promise<Waterfall[]> {
  options.say('Tracing one request of each scenario …')
  return recordWaterfalls({ ...labOptions(options), settings: { REPORT_CPU_SECONDS: 1 } })
}

async function passGate(options: MeasureOptions): Promise<Gate> {
  const { say, signal, generators, ignoreGate = false } = options
  say('Calibrating: the cost of a hop and of a query …')
  const lab = await openLabOf(options, {})
  try {
    await warmUp(lab)
    const calibration = await calibrate(lab)
    say('Checking the load generator …')
    const probe = await probeGenerator({ lab, signal, generators })
    if (probe.objections.length > 0 && !ignoreGate) throw refusal(probe)
    say('Measuring the noise between equal runs …')
    const noise = await measureNoise({ lab, signal, generators })
    return { calibration, probe, noise, ignored: ignoreGate }
  } finally {
    await lab.close()
  }
}

const refusal = ({ objections }: Probe) =>
  new GateError(`The load generator is too slow here right now:
${objections.map((objection) => `  - ${objection}`).join('\n')}
Close other programs and try again, or add --ignore-gate; the report will mention it.`)

/** @throws RangeError if the calibration is not above 0 */
async function predictAll({ experiments, seed }: MeasureOptions, gate: Gate): Promise<Sealed> {
  const { calibration } = gate
  const cores = availableParallelism()
  const predictions = experiments.flatMap((experiment) =>
    predictLoads(experiment, { calibration, cores, seed }),
  )
  return { seal: seal(predictions), sealedAt: new Date().toISOString(), predictions }
}

// More repeats than these make an interval narrower by a few percent only.
const mostRepeats = 60

/** Makes the runs that are missing, and with `until` further ones until the intervals are narrow. */
async function runExperiment(experiment: Experiment, options: MeasureOptions): Promise<void> {
  const { seed, until } = options
  await makeMissing(scheduleRuns(experiment, { seed }), options)
  if (until === undefined) return
  let repeats = experiment.repeats
  while (repeats < mostRepeats && (await widest(experiment, options.results)) > until) {
    const more = scheduleRuns(experiment, { seed, from: repeats, to: repeats + 2 })
    await makeMissing(more, options)
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

async function makeMissing(planned: PlannedRun[], options: MeasureOptions): Promise<void> {
  const { results, experiments, generators, signal, say } = options
  const missing: PlannedRun[] = []
  for (const run of planned) if (!(await results.readRun(run.id))) missing.push(run)
  const [first] = missing
  if (!first) return
  const { experiment } = first
  const lab = await openLabOf(options, experiment.settings)
  const afterwards = secondsFor(experiments.slice(experiments.indexOf(experiment) + 1))
  try {
    await warmUp(lab)
    for (const [index, run] of missing.entries()) {
      const left = missing.slice(index).reduce((sum, it) => sum + secondsOf(it.condition), 0)
      say(progress(run, left + afterwards))
      await results.writeRun(await makeRun(run, lab, { signal, generators }))
    }
  } finally {
    await lab.close()
  }
}

function progress({ experiment, condition, repeat }: PlannedRun, leftSeconds: number) {
  const minutes = Math.floor(leftSeconds / 60)
  const seconds = String(Math.round(leftSeconds % 60)).padStart(2, '0')
  return `${experiment.title}: ${condition.name}, run ${repeat + 1} · about ${minutes}:${seconds} left`
}
