import type { AnsweredSample } from '../../formats/samples.ts'
import type { Load, LoadPlan } from '../../model/load-plan.ts'
import { scenarioOf } from '../../model/scenarios.ts'
import { functionNames } from '../../model/services.ts'
import type { LoadSpec, PlannedRun } from '../experiment.ts'
import type { RunResult, RunSample } from '../measurement.ts'
import { drawStartTimes } from '../predict/arrivals.ts'
import { type GenerateOptions, generate } from './generator.ts'
import type { MeasuredLab } from './measured-lab.ts'

/** Numbers the replicas in the order in which they first answered, so that a run names each once. */
export function numberReplicas(answered: readonly AnsweredSample[]) {
  const names = answered.map(({ servedBy }) => servedBy).filter((name) => name !== undefined)
  const replicas = [...new Set(names)]
  const samples = answered.map(
    ({ servedBy, ...sample }): RunSample =>
      servedBy === undefined ? sample : { ...sample, servedBy: replicas.indexOf(servedBy) },
  )
  return { replicas, samples }
}

// A scenario without a designed wait is answered within a second, or something is wrong.
const soonSeconds = 1

/**
 * Users for every request that may be under way: no more than the service works on and queues, the
 * others are refused at once. k6 takes milliseconds to make one.
 */
function usersFor(
  { scenario, perSecond }: OpenLoad,
  { longestSeconds, settings }: DrawOptions,
): number {
  const longest = scenarioOf(scenario).waitsFor ? longestSeconds : soonSeconds
  const inService = settings.CONCURRENCY + settings.QUEUE_LIMIT
  return Math.ceil(Math.min(perSecond * longest, inService) + spareUsers)
}

const spareUsers = 10

type OpenLoad = Pick<Extract<LoadSpec, { perSecond: number }>, 'scenario' | 'perSecond'>

function drawLoad(spec: LoadSpec, options: DrawOptions): Load {
  const { warmupSeconds: _, restSeconds: __, ...load } = spec
  if (load.arrivals === 'closed') return load
  const { perSecond, arrivals, maxUsers = usersFor(load, options), ...rest } = load
  if (arrivals === 'even') return { ...rest, arrivals, perSecond, maxUsers }
  const dueMs = drawStartTimes({ arrivals, perSecond, seconds: rest.seconds, seed: options.seed })
  return { ...rest, arrivals, dueMs, maxUsers }
}

type DrawOptions = Pick<MeasuredLab, 'longestSeconds' | 'settings'> & { seed: number }

/**
 * Makes one run: prepares the lab for its condition, plays its loads, and restores the lab.
 * @throws Error if the load generator fails, or the reason of `signal`
 */
export async function makeRun(
  { id, experiment, condition, start, repeat, seed }: PlannedRun,
  lab: MeasuredLab,
  options: Omit<GenerateOptions, 'plan'> = {},
): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const plan = planOf({ id: `${startedAt}-${id}`, loads: condition.loads, seed }, lab)
  const restore = await lab.prepare(condition)
  const watch = lab.watchResources()
  try {
    const { samples, generator } = await generate({ plan, host: lab.host, ...options })
    const resources = watch.stop()
    return {
      id,
      experiment: experiment.name,
      condition: condition.name,
      start,
      repeat,
      startedAt,
      ...numberReplicas(samples),
      generator,
      resources,
    }
  } finally {
    watch.stop()
    await restore()
  }
}

type PlanOptions = { id: string; loads: readonly LoadSpec[]; seed: number }

export function planOf({ id, loads, seed }: PlanOptions, lab: MeasuredLab): LoadPlan {
  const { longestSeconds, settings, urls } = lab
  const numbers = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => typeof value === 'number'),
  ) as Record<string, number>
  return {
    id: id.replaceAll(/[^\w-]/g, ''),
    urls,
    timeoutMs: longestSeconds * 1000,
    settings: Object.fromEntries(functionNames.map((name) => [name, numbers])),
    loads: loads.map((spec) => drawLoad(spec, { seed, longestSeconds, settings })),
  }
}
