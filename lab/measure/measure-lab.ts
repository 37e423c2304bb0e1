/** A whole measurement: gate, sealed predictions, runs, results. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Experiment } from '../experiment.ts'
import type { Gate, LoadPrediction, Platform, Probe, Sealed, Waterfall } from '../measurement.ts'
import { predictLoads, seal } from '../predict/predict-loads.ts'
import { calibrate, warmUp } from './calibrate.ts'
import { measureNoise, probeGenerator } from './gate.ts'
import { openMeasuredLab } from './measured-lab.ts'
import { openPlatform } from './platform.ts'
import type { Results } from './results-folder.ts'
import { runExperiment } from './run-experiment.ts'
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

const logFolderOf = ({ folder }: Results) => join(folder, 'logs')

/**
 * Measures the missing parts: each is in the results folder when it is done.
 * @throws GateError if the load generator is too slow; the reason of `signal` if it aborts
 */
export async function measureLab(options: MeasureOptions): Promise<void> {
  const { results, experiments, seed, say } = options
  const gate = await once(results, 'gate', () => passGate(options))
  const sealed = await once(results, 'predictions', () => predictAll(experiments, gate, seed))
  say(`Predictions are sealed: ${sealed.seal}`)
  if (!options.platform) await once(results, 'waterfalls', () => drawWaterfalls(options))
  for (const [index, experiment] of experiments.entries())
    await runExperiment(experiment, {
      ...options,
      openLab: () => openLabOf(options, experiment.settings),
      rest: experiments.slice(index + 1),
    })
}

const labOptions = ({ results, environment, host, signal }: MeasureOptions) => ({
  logFolder: logFolderOf(results),
  ...(environment && { environment }),
  ...(host && { host }),
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
async function predictAll(
  experiments: readonly Experiment[],
  { calibration }: Gate,
  seed: number,
): Promise<Sealed> {
  const cores = availableParallelism()
  const predictions: LoadPrediction[] = experiments.flatMap((experiment) =>
    predictLoads(experiment, { calibration, cores, seed }),
  )
  return { seal: seal(predictions), sealedAt: new Date().toISOString(), predictions }
}
