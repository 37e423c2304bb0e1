/**
 * Finds where a scenario saturates, with increasing arrival rates that do not slow down with the
 * server.
 *   k6 run -e ONLY=2 k6-tests/capacity.js
 *   k6 run -e ONLY=2 -e FROM=1 -e TO=10 -e STEPS=10 k6-tests/capacity.js
 */
import exec from 'k6/execution'
import { Counter, Trend } from 'k6/metrics'
import { beginRun } from './begin.ts'
import { stepMetrics } from './capacity-results.ts'
import { summarizeCapacity } from './capacity-summary.ts'
import { readCommit } from './commit.ts'
import { parseTimeout, parseUrls } from './environment.ts'
import { guarded } from './guard.ts'
import { exceptions, failuresOf } from './metric-names.ts'
import { createSender } from './play.ts'
import { trendStats } from './record.ts'
import { scenarioOf } from './scenarios.ts'
import { parseSteps } from './steps.ts'

const plan = parseSteps(__ENV)
const urls = parseUrls(__ENV)
const commit = __ENV.COMMIT || readCommit()
const scenario = scenarioOf(plan.scenario)
const timeout = parseTimeout(__ENV)
const send = createSender(scenario, { urls, timeout })

// A request may wait 30 s for a slot, in addition to the wait of its scenario.
const longestSeconds = 35

const metrics = Object.fromEntries(
  plan.steps.map((step) => {
    const names = stepMetrics(step)
    const failed = failuresOf(scenario).map((failure) => [
      failure,
      new Counter(names.failed(failure)),
    ])
    return [
      step.name,
      {
        arrived: new Counter(names.arrived),
        completed: new Counter(names.completed),
        duration: new Trend(names.duration, true),
        queue: new Trend(names.queue, true),
        failed: Object.fromEntries(failed),
      },
    ]
  }),
)

/** @type {(step: import('./steps.ts').Step) => [string, import('k6/options').Scenario]} */
const arriving = ({ name, perSecond, startSeconds }) => [
  name,
  {
    executor: 'constant-arrival-rate',
    // k6 accepts whole numbers only: per 100 s, so that a rate may have two decimals.
    rate: Math.max(1, Math.round(perSecond * 100)),
    timeUnit: '100s',
    startTime: `${startSeconds}s`,
    duration: `${plan.stepSeconds}s`,
    gracefulStop: `${Math.max(70, timeout / 1000 + 10)}s`,
    // Allocating a VU on demand drops the arrival that needed it.
    preAllocatedVUs: Math.min(plan.maxVus, Math.ceil(perSecond * longestSeconds)),
    maxVUs: plan.maxVus,
  },
]

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: Object.fromEntries(plan.steps.map(arriving)),
  // Always passes: k6 shows the dropped iterations of a step only if a threshold names them.
  thresholds: {
    [exceptions]: ['count<1'],
    ...Object.fromEntries(plan.steps.map((step) => [stepMetrics(step).dropped, ['count>=0']])),
  },
  summaryTrendStats: trendStats,
  setupTimeout: '60s',
}

export const setup = () =>
  beginRun({ urls, needed: [scenario.function], environment: __ENV, ownLoad: true })

export default guarded((/** @type {import('./play.ts').Run} */ run) => {
  const { name, startTime } = exec.scenario
  const step = metrics[name]
  if (!step) throw new Error(`There is no step ${name}`)
  const warm = startTime + plan.warmupSeconds * 1000
  const counts = Date.now() >= warm
  if (counts) step.arrived.add(1)
  const { failure, durationMs, phases } = send(run)
  const end = Date.now()
  if (!failure && end >= warm && end < startTime + plan.stepSeconds * 1000) step.completed.add(1)
  if (!counts) return
  if (failure) return void step.failed[failure]?.add(1)
  step.duration.add(durationMs)
  step.queue.add(phases.get('queue') ?? 0)
})

/** @param {import('./record.ts').SummaryData} data */
export function handleSummary(data) {
  return summarizeCapacity({ data, plan, urls, commit })
}
