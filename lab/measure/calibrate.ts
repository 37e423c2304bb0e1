/** The cost of a hop, a call, a query and a report, measured by the load generator itself. */

import { mean } from 'simple-statistics'
import type { LoadSample } from '../../formats/samples.ts'
import type { SequentialLoad } from '../experiment.ts'
import { placeInSequence } from '../experiment.ts'
import type { Calibration, LabSettings } from '../predict/lab-settings.ts'
import { ascending, median } from '../quantiles.ts'
import { objectionToRun } from './gate.ts'
import { type GenerateOptions, generate } from './generator.ts'
import type { MeasuredLab } from './measured-lab.ts'
import { planOf } from './run.ts'

/** Without its delay, a registration is one hop, one query and one call. */
export const calibrationSettings: Partial<LabSettings> = {
  ...{ EMAIL_DELAY_MS: 0, PAYMENT_DELAY_MS: 0, REPORT_CPU_SECONDS: 0.05, REPORT_WORKERS: 1 },
}

const short = { seconds: 0.6, warmupSeconds: 0.1, restSeconds: 0.1 }
const oneClient = { arrivals: 'closed', users: 1, ...short } as const

/** Back to back: in passes. */
const dense: readonly SequentialLoad[] = [
  { name: 'hop', scenario: 6, ...oneClient },
  { name: 'call-and-query', scenario: 1, ...oneClient },
  // A worker that has rested takes 2 ms more, and at its ceiling it has no rest.
  { name: 'report', scenario: 4, ...oneClient, users: 2 },
]

const pacedRates = [100, 1000]

// With pauses between them, clicks become slower within half a second.
const paced = pacedRates.map(
  (perSecond): SequentialLoad => ({
    ...{ name: `hop-${perSecond}`, scenario: 6, arrivals: 'even', perSecond },
    ...{ seconds: 2, warmupSeconds: 0.5, restSeconds: 0.2 },
  }),
)

// Calls one after another become faster by a third within the first seconds, also after those of the
// lab's warm-up, which come many at once.
const first: SequentialLoad = { name: 'first', scenario: 1, ...oneClient, seconds: 2.5 }

// A machine has slow seconds: of three passes, or of three thirds of a paced load, the middle one
// counts.
const passes = [1, 2, 3]

const inPass = (load: SequentialLoad, pass: number): SequentialLoad => ({
  ...load,
  name: `${load.name}-pass-${pass}`,
})

/** All that is played for a load. */
const partsOf = (load: SequentialLoad): SequentialLoad[] =>
  load.arrivals === 'closed' ? passes.map((pass) => inPass(load, pass)) : [load]

// A platform that runs elsewhere has settings of its own, and its reports may take longer.
const isShort = ({ settings }: MeasuredLab) =>
  settings.REPORT_CPU_SECONDS <= (calibrationSettings.REPORT_CPU_SECONDS ?? 0)

function sequenceFor(lab: MeasuredLab) {
  const played = dense.filter(({ scenario }) => scenario !== 4 || isShort(lab))
  const inPasses = passes.flatMap((pass) => played.map((load) => inPass(load, pass)))
  return placeInSequence([first, ...inPasses, ...paced].map((load) => [load]))
}

function countedIn(samples: readonly LoadSample[], { name, warmupSeconds }: SequentialLoad) {
  const served = samples.filter(({ load, outcome }) => load === name && outcome === 'ok')
  const warm = served.filter(({ dueMs }) => dueMs >= warmupSeconds * 1000)
  // On a platform, the first registration may take as long as the load.
  return warm.length > 0 ? warm : served
}

/**
 * The mean of the middle half: as robust as a median needs to be, and finer than the tenths of a
 * millisecond that Server-Timing has.
 */
const midmean = (values: readonly number[]): number => {
  const quarter = Math.floor(values.length / 4)
  return mean(ascending(values).slice(quarter, values.length - quarter))
}

function* thirdsOf(samples: readonly LoadSample[]) {
  const inOrder = samples.toSorted((a, b) => a.dueMs - b.dueMs)
  const length = Math.ceil(inOrder.length / passes.length)
  for (let from = 0; from < inOrder.length; from += length) yield inOrder.slice(from, from + length)
}

const attempts = 3

/** Plays the loads, again if the load generator lacked a core; the third time counts anyway. */
async function playQuietly(lab: MeasuredLab, options: Omit<GenerateOptions, 'plan'>) {
  for (let attempt = 1; ; attempt++) {
    const before = await lab.usageOf('analytics')
    const loads = sequenceFor(lab)
    const plan = planOf({ id: `calibration-${Date.now()}`, loads, seed: 1 }, lab)
    const { samples, generator } = await generate({ plan, host: lab.host, ...options })
    const after = await lab.usageOf('analytics')
    if (attempt === attempts || !objectionToRun(generator)) return { before, samples, after }
  }
}

/**
 * Measures a lab that has `calibrationSettings`: a click is one hop. A call is the rest of a
 * registration, so that it has the work of its caller.
 * @throws Error if a service does not answer as designed
 */
export async function calibrate(
  lab: MeasuredLab,
  options: Omit<GenerateOptions, 'plan'>,
): Promise<Calibration> {
  const { before, samples, after } = await playQuietly(lab, options)
  const of = (name: string, read: (sample: LoadSample) => number): number => {
    const load = [...dense, ...paced].find((each) => each.name === name)
    const parts = (load ? partsOf(load) : []).map((part) => countedIn(samples, part))
    const counted = parts.length === 1 ? [...thirdsOf(parts[0] ?? [])] : parts
    const measured = counted.filter(({ length }) => length > 0)
    if (measured.length === 0) throw new Error(`No request of ${name} went as designed`)
    return median(measured.map((of) => midmean(of.map(read))))
  }
  const latency = ({ latencyMs }: LoadSample) => latencyMs
  const hopMs = of('hop', latency)
  const queryMs = Math.max(
    0.01,
    of('call-and-query', ({ phases }) => phases.db ?? 0),
  )
  const clicks = samples.filter(({ load }) => load.startsWith('hop')).length
  return {
    hopMs,
    pacedHops: pacedRates.map((perSecond) => ({
      perSecond,
      hopMs: of(`hop-${perSecond}`, latency),
    })),
    // If the system does not show CPU time, assume that half of a hop is computing.
    hopCpuMs: before && after ? (after.cpuMs - before.cpuMs) / clicks : hopMs / 2,
    callMs: Math.max(0.01, of('call-and-query', latency) - hopMs - queryMs),
    queryMs,
    reportMs: isShort(lab)
      ? Math.max(
          0,
          of('report', ({ phases }) => phases.cpu ?? 0) - 1000 * lab.settings.REPORT_CPU_SECONDS,
        )
      : 0,
  }
}
