/** A whole measurement: gate, sealed predictions, runs, results. */
import { summarizeLoads } from '../judge/summarize-load.ts'
import type { Waterfall } from '../measurement.ts'
import { makeStart } from './make-start.ts'
import { labOptions, type MeasureOptions } from './open-lab.ts'
import { passGate } from './pass-gate.ts'
import type { Results } from './results-folder.ts'
import { sealOnce } from './sealed.ts'
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
  for (let start = 0; start < starts; start++) await makeStart({ start, starts, sides: [options] })
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

// More starts than these make an interval narrower by a few per cent only.
const mostStarts = 20

async function makeFurtherStarts(made: number, options: MeasureOptions): Promise<void> {
  const { until, say } = options
  if (until === undefined) return
  let starts = made
  while (starts < mostStarts && (await widest(options)) > until) {
    say(`The widest interval is wider than ${until * 100} %: one more start.`)
    await makeStart({ start: starts, starts: starts + 1, sides: [options] })
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
