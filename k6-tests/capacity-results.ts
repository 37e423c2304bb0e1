import type { Elapsed } from './elapsed.ts'
import { type Failure, failures } from './failures.ts'
import type { LabDescription } from './lab.ts'
import type { SummaryData } from './record.ts'
import { type Latency, latencyOf } from './results.ts'
import type { Plan, Step } from './steps.ts'

/** The metrics of one step. */
export const stepMetrics = ({ name }: Pick<Step, 'name'>) => ({
  /** Arrivals that began after the warm-up. */
  arrived: `${name}_arrived`,
  /** Responses as designed, between the end of the warm-up and the end of the step. */
  completed: `${name}_completed`,
  duration: `${name}_duration`,
  queue: `${name}_queue`,
  failed: (failure: Failure) => `${name}_failed_${failure}`,
  dropped: `dropped_iterations{scenario:${name}}`,
})

/** The result of one arrival rate. */
export type StepResult = {
  offeredPerSecond: number
  completedPerSecond: number
  /** Of requests that went as designed. */
  latencyMs: Latency | undefined
  /** Their wait for a slot. */
  queueMs: Latency | undefined
  arrived: number
  failures: Partial<Record<Failure, number>>
  failedRate: number
  /** Requests without a response when the run ended. */
  unfinished: number
  /** Arrivals for which k6 had no free user. */
  dropped: number
  /** Whether the step had begun when the run ended. */
  begun: boolean
  /** Whether the whole step was played. */
  played: boolean
  /** Whether the offered rate arrived. Otherwise the step says nothing about that rate. */
  kept: boolean
  /** Whether fewer requests completed than arrived. */
  saturated: boolean
}

// Tolerates a request more or less at the ends of the measured window.
const tolerance = 0.03

const known = Object.keys(failures) as Failure[]

export function resultOfStep(
  step: Step,
  { stepSeconds, warmupSeconds }: Plan,
  { metrics }: SummaryData,
  { total }: Elapsed,
): StepResult {
  const names = stepMetrics(step)
  const count = (name: string) => metrics[name]?.values.count ?? 0
  const counts = known
    .map((failure) => [failure, count(names.failed(failure))] as const)
    .filter(([, many]) => many > 0)
  const failed = counts.reduce((sum, [, many]) => sum + many, 0)
  const arrived = count(names.arrived)
  const passed = Math.min(total - step.startSeconds, stepSeconds)
  const measuredSeconds = Math.max(0, passed - warmupSeconds)
  const completedPerSecond = measuredSeconds > 0 ? count(names.completed) / measuredSeconds : 0
  const latencyMs = latencyOf(metrics, names.duration)
  const dropped = count(names.dropped)
  // The window may contain one arrival more or less.
  const due = step.perSecond * measuredSeconds * (1 - tolerance) - 1
  return {
    offeredPerSecond: step.perSecond,
    completedPerSecond,
    latencyMs,
    queueMs: latencyOf(metrics, names.queue),
    arrived,
    failures: Object.fromEntries(counts),
    failedRate: arrived > 0 ? failed / arrived : 0,
    unfinished: arrived - failed - count(names.duration),
    dropped,
    begun: passed > 0,
    played: passed === stepSeconds,
    kept: dropped === 0 && arrived >= due,
    saturated: completedPerSecond < step.perSecond * (1 - tolerance),
  }
}

/** Whether a step is valid for its offered rate. */
export const isJudged = ({ played, kept }: StepResult): boolean => played && kept

/**
 * The rate at which a saturated service completes requests, per second: the mean of the judged
 * steps that saturate it.
 */
export function ceilingOf(results: StepResult[]): number | undefined {
  const saturated = results.filter(
    (result) => isJudged(result) && result.saturated && result.completedPerSecond > 0,
  )
  if (saturated.length === 0) return undefined
  return (
    saturated.reduce((sum, { completedPerSecond }) => sum + completedPerSecond, 0) /
    saturated.length
  )
}

/**
 * The ceiling that a scenario's settings allow, per second: slots or workers, divided by the time
 * that a request holds one.
 */
export function expectedCeiling(
  scenario: number,
  { settings: { email, payment, report }, choices }: Pick<LabDescription, 'settings' | 'choices'>,
): number | undefined {
  const over = (places?: number, seconds?: number) =>
    places && seconds ? places / seconds : undefined
  if (scenario === 1) return over(email?.CONCURRENCY, (email?.EMAIL_DELAY_MS ?? 0) / 1000)
  if (scenario === 2) return over(payment?.CONCURRENCY, (payment?.PAYMENT_DELAY_MS ?? 0) / 1000)
  // Wall-clock reports share the cores: none waits for a worker.
  const wall = choices.report?.REPORT_BUDGET === 'wall'
  const places = wall ? report?.CONCURRENCY : report?.REPORT_WORKERS
  if (scenario === 4) return over(places, report?.REPORT_CPU_SECONDS)
  return undefined
}
