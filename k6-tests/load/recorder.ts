import { check } from 'k6'
import { Counter, Trend } from 'k6/metrics'
import { answerless, type Failure } from './failures.ts'
import { exceptions, failuresOf, metricNames, phasesOf } from './metric-names.ts'
import type { Recorder } from './play.ts'
import type { Scenario } from './scenarios.ts'

/** The time outside all phases, in milliseconds. */
function ownTime({ total = 0, ...phases }: Record<string, number>): number {
  const spent = Object.values(phases).reduce((sum, ms) => sum + ms, 0)
  return Math.max(0, total - spent)
}

/** Records outcomes in the metrics of a scenario. Call it while the script is initialised. */
export function recordMetrics(scenario: Scenario): Recorder {
  const names = metricNames(scenario)
  const started = new Counter(names.started)
  const requests = new Counter(names.requests)
  const success = new Trend(names.success)
  const duration = new Trend(names.duration, true)
  const trends = phasesOf(scenario).map(
    (name) => [name, new Trend(names.phase(name), true)] as const,
  )
  const failures = new Map(
    failuresOf(scenario).map((failure) => [failure, new Counter(names.failure(failure))]),
  )
  const begin = () => void started.add(1)
  const end: Recorder['end'] = ({ failure, durationMs, phases }) => {
    requests.add(1)
    success.add(failure ? 0 : 1)
    checkAll(scenario, failure)
    if (failure) return void failures.get(failure)?.add(1)
    duration.add(durationMs)
    const times: Record<string, number> = { ...phases, own: ownTime(phases) }
    for (const [name, trend] of trends) trend.add(times[name] ?? 0)
  }
  return { begin, end }
}

/** k6's own checks, so that its other outputs agree. */
function checkAll({ number, title, status, waitsFor }: Scenario, failure?: Failure): void {
  const name = `${number} ${title}`
  const unanswered: Failure[] = [...answerless, 'completed', 'not_reserved']
  check(failure, {
    [`${name}: answers ${status}`]: (it) => !it || !unanswered.includes(it),
    [`${name}: answers as designed`]: (it) => !it || it === 'too_fast',
    ...(waitsFor && {
      [`${name}: takes at least its minimum time`]: (it) => it !== 'too_fast',
    }),
  })
}

/**
 * Returns the iteration with its exceptions counted: k6 itself logs them and passes the run. Call it
 * while the script is initialised.
 */
export function countExceptions<Data>(iteration: (data: Data) => void): (data: Data) => void {
  const thrown = new Counter(exceptions)
  return (data) => {
    try {
      iteration(data)
    } catch (error) {
      thrown.add(1)
      throw error
    }
  }
}
