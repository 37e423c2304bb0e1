/** A whole measurement: gate, sealed predictions, runs, results. */
import { sum } from 'simple-statistics'
import { createDraw, shuffle } from '../../formats/random.ts'
import {
  type Experiment,
  type PlannedRun,
  scheduleRuns,
  secondsOf,
  secondsOfStart,
} from '../experiment.ts'
import { labSeconds } from '../experiments/profiles.ts'
import { summarizeLoads } from '../judge/summarize-load.ts'
import type { RunResult, Waterfall } from '../measurement.ts'
import { canonicalJson } from '../predict/predict-loads.ts'
import { hashSeed } from '../seeds.ts'
import { objectionToRun } from './gate.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { labOptions, type MeasureOptions, openLabOf, sayWarm } from './open-lab.ts'
import { passGate } from './pass-gate.ts'
import type { Results } from './results-folder.ts'
import { makeRun } from './run.ts'
import { sealOnce } from './sealed.ts'
import { checkSettings } from './shown-settings.ts'
import { warmUp } from './warm-up.ts'
import { recordWaterfalls } from './waterfalls.ts'

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
 * @throws GateError if the load generator is too slow; the reason of `signal` if it aborts; Error if
 *   a part was changed, or if the services have other settings than those predicted with
 */
export async function measureLab(options: MeasureOptions): Promise<void> {
  const { results, experiments } = options
  await predictLab(options)
  if (!options.platform) await once(results, 'waterfalls', () => drawWaterfalls(options))
  const starts = Math.max(...experiments.map((experiment) => experiment.starts))
  for (let start = 0; start < starts; start++) await makeStart(start, starts, options)
  await makeFurtherStarts(starts, options)
}

/** Calibrates, checks the load generator, and seals predictions and claims. */
export async function predictLab(options: MeasureOptions): Promise<void> {
  const gate = await once(options.results, 'gate', () => passGate(options))
  const sealed = await sealOnce({ ...options, gate })
  options.say(`Predictions and claims are sealed: ${sealed.seal}`)
}

function drawWaterfalls(options: MeasureOptions): Promise<Waterfall[]> {
  options.say('Tracing requests of each scenario …')
  return recordWaterfalls({ ...labOptions(options), settings: { REPORT_CPU_SECONDS: 1 } })
}

/** Experiments with equal settings are measured in one lab. */
function labsOf({ experiments, seed }: MeasureOptions, start: number): Experiment[][] {
  const labs = Map.groupBy(experiments, ({ settings }) => canonicalJson(settings))
  return shuffle([...labs.values()], createDraw({ seed: hashSeed(seed, 'labs', start) }))
}

/**
 * Makes the runs of one start that are missing.
 * @param starts how many there are in all: progress says how long they will take
 */
export async function makeStart(
  start: number,
  starts: number,
  options: MeasureOptions,
): Promise<void> {
  const labs = labsOf(options, start)
  for (const [index, experiments] of labs.entries()) {
    const planned = experiments.flatMap((experiment) =>
      scheduleRuns(experiment, { seed: options.seed, from: start, to: start + 1 }),
    )
    const missing: PlannedRun[] = []
    for (const run of planned) if (!(await options.results.readRun(run.id))) missing.push(run)
    if (missing.length === 0) continue
    const laterSeconds =
      secondsFor(labs.slice(index + 1)) + Math.max(0, starts - start - 1) * secondsFor(labs)
    await makeRuns(missing, laterSeconds, options)
  }
}

const secondsFor = (labs: readonly Experiment[][]): number =>
  labs.length * labSeconds + sum(labs.flat().map(secondsOfStart))

async function makeRuns(
  planned: PlannedRun[],
  laterSeconds: number,
  options: MeasureOptions,
): Promise<void> {
  const { results, say, signal } = options
  const settings = planned[0]?.experiment.settings ?? {}
  const lab = await openLabOf(options, settings)
  try {
    if (!options.platform) checkSettings(settings, lab.settings)
    sayWarm(await warmUp({ ...lab, signal }), say)
    for (const [index, run] of planned.entries()) {
      const left = sum(planned.slice(index).map(({ condition }) => secondsOf(condition)))
      say(progress(run, left + laterSeconds))
      await results.writeRun(await makeQuietRun(run, lab, options))
    }
  } finally {
    await lab.close()
  }
}

const attempts = 3

/** Makes a run again, at most twice, if the load generator lacked a core; the last one is kept. */
async function makeQuietRun(
  run: PlannedRun,
  lab: MeasuredLab,
  { signal, generators, say }: MeasureOptions,
): Promise<RunResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await makeRun(run, lab, { signal, generators })
    const objection = objectionToRun(result.generator, run.experiment.waitShare)
    if (!objection) return result
    if (attempt === attempts) {
      say(`  ${run.id} does not count: ${objection}, ${attempts} times.`)
      return { ...result, excluded: objection }
    }
    say(`  ${run.id} is made again: ${objection}.`)
  }
}

// More starts than these make an interval narrower by a few per cent only.
const mostStarts = 20

async function makeFurtherStarts(made: number, options: MeasureOptions): Promise<void> {
  const { until, say } = options
  if (until === undefined) return
  let starts = made
  while (starts < mostStarts && (await widest(options)) > until) {
    say(`The widest interval is wider than ${until * 100} %: one more start.`)
    await makeStart(starts, starts + 1, options)
    starts++
  }
}

/**
 * The widest 95 % interval of the medians, as a share of its median. Loads that can have none, such
 * as those that always fail, say nothing: no further start would give them one.
 */
async function widest({ experiments, results }: MeasureOptions): Promise<number> {
  const measured = summarizeLoads(experiments, await results.readRuns())
  const widths = measured.flatMap(({ figures: { medianMs } }) =>
    medianMs.interval ? [(medianMs.interval.high - medianMs.interval.low) / medianMs.value] : [],
  )
  return Math.max(0, ...widths)
}

function progress({ experiment, condition, start, repeat }: PlannedRun, leftSeconds: number) {
  const minutes = Math.floor(leftSeconds / 60)
  const seconds = String(Math.round(leftSeconds % 60)).padStart(2, '0')
  const place = `start ${start + 1}, run ${repeat + 1}`
  return `${experiment.title}: ${condition.name}, ${place} · about ${minutes}:${seconds} left`
}
