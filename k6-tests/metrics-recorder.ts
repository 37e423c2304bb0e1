import { check } from 'k6'
import { Counter, Rate, Trend } from 'k6/metrics'
import { answerless, type Failure } from './failures.ts'
import { failuresOf, metricNames, phasesOf } from './metric-names.ts'
import type { Recorder } from './play.ts'
import type { Scenario } from './scenario.ts'

/** The time outside all phases, in milliseconds. */
const ownTime = (phases: ReadonlyMap<string, number>) => {
  const total = phases.get('total') ?? 0
  return Math.max(
    0,
    [...phases].reduce((rest, [name, time]) => (name === 'total' ? rest : rest - time), total),
  )
}

/**
 * Records outcomes in the metrics of a scenario. Call it while the script is initialised.
 */
export function recordMetrics(scenario: Scenario): Recorder {
  const names = metricNames(scenario)
  const started = new Counter(names.started)
  const requests = new Counter(names.requests)
  const failed = new Rate(names.failed)
  const success = new Trend(names.success)
  const duration = new Trend(names.duration, true)
  const phaseTrends = new Map(
    phasesOf(scenario).map((phase) => [phase, new Trend(names.phase(phase), true)]),
  )
  const failures = new Map(
    failuresOf(scenario).map((failure) => [failure, new Counter(names.failure(failure))]),
  )
  const begin = () => void started.add(1)
  const end: Recorder['end'] = ({ failure, durationMs, phases }) => {
    requests.add(1)
    failed.add(failure !== undefined)
    success.add(failure ? 0 : 1)
    checkAll(scenario, failure)
    if (failure) return void failures.get(failure)?.add(1)
    duration.add(durationMs)
    for (const [phase, trend] of phaseTrends)
      trend.add(phase === 'own' ? ownTime(phases) : (phases.get(phase) ?? 0))
  }
  return { begin, end }
}

/** k6's own checks, so that its other outputs agree. */
function checkAll(
  { number, title, status, waitsFor }: Scenario,
  failure: Failure | undefined,
): void {
  const name = `${number} ${title}`
  check(failure, {
    [`${name}: answers ${status}`]: (it) =>
      it === undefined || !(answerless.includes(it) || it === 'completed' || it === 'not_reserved'),
    [`${name}: answers as designed`]: (it) => it === undefined || it === 'too_fast',
    ...(waitsFor && {
      [`${name}: takes at least its minimum time`]: (it) => it !== 'too_fast',
    }),
  })
}
