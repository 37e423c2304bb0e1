/**
 * Plays the loads of an experiment, and writes one line per request. `npm run lab` gives it to k6 as
 * one text with two constants before it: the plan, which model/load-plan.ts describes, and the
 * address that answers when all generators are ready.
 */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { formatSample } from '../model/load-plan.ts'
import { createSender } from './play.ts'
import { scenarioOf } from './scenarios.ts'
import { awaitStart, startTimeout } from './start.ts'

const plan = PLAN

const senders = Object.fromEntries(
  plan.loads.map((load) => [
    load.name,
    createSender(scenarioOf(load.scenario), { urls: plan.urls, timeout: plan.timeoutMs }),
  ]),
)

/** @type {Record<string, readonly number[]>} */
const dueTimes = Object.fromEntries(
  plan.loads.map((load) => [load.name, load.arrivals === 'poisson' ? load.dueMs : []]),
)

// k6 refuses shorter executors. What would begin after the end of a shorter load is left out.
const shortestMs = 1000

const endsMs = Object.fromEntries(plan.loads.map(({ name, seconds }) => [name, seconds * 1000]))

/** @type {(load: import('../model/load-plan.ts').Load) => import('k6/options').Scenario} */
const executorOf = (load) => {
  const common = {
    startTime: `${load.startSeconds * 1000}ms`,
    gracefulStop: `${plan.timeoutMs}ms`,
  }
  const duration = `${Math.max(shortestMs, Math.round(load.seconds * 1000))}ms`
  if (load.arrivals === 'closed')
    return { ...common, executor: 'constant-vus', vus: load.users, duration }
  if (load.arrivals === 'even')
    return {
      ...common,
      executor: 'constant-arrival-rate',
      // k6 counts whole arrivals: over 100 s, so that a rate may have two decimals.
      rate: Math.max(1, Math.round(load.perSecond * 100)),
      timeUnit: '100s',
      duration,
      preAllocatedVUs: load.maxUsers,
      maxVUs: load.maxUsers,
    }
  return {
    ...common,
    executor: 'shared-iterations',
    // Each user takes the next request, and waits until it is due.
    iterations: load.dueMs.length,
    vus: Math.min(load.maxUsers, load.dueMs.length),
    maxDuration: duration,
  }
}

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: Object.fromEntries(plan.loads.map((load) => [load.name, executorOf(load)])),
  summaryTrendStats: ['count'],
  // Without it, k6 would show the dropped iterations only if there were some.
  thresholds: { dropped_iterations: ['count>=0'] },
  setupTimeout: startTimeout,
}

/** k6 calls it when its users are ready. */
export function setup() {
  awaitStart(START_URL)
  return { setupMs: exec.instance.currentTestRunDuration }
}

export default function () {
  const { name, startTime, iterationInTest } = exec.scenario
  const planned = dueTimes[name]?.[iterationInTest]
  const beforeMs = Date.now() - startTime
  if (planned !== undefined && planned > beforeMs) sleep((planned - beforeMs) / 1000)
  const sentMs = Date.now() - startTime
  if (planned === undefined && sentMs >= (endsMs[name] ?? 0)) return sleep(shortestMs / 1000)
  const dueMs = planned ?? sentMs
  const lateMs = Math.max(0, sentMs - dueMs)
  const { failure, durationMs, phases, servedBy } = senders[name]?.(plan) ?? {
    failure: 'status',
    durationMs: 0,
    phases: new Map(),
  }
  const latencyMs = lateMs + durationMs
  console.log(
    formatSample({
      load: name,
      dueMs,
      lateMs,
      latencyMs,
      phases: Object.fromEntries(phases),
      outcome: failure ?? 'ok',
      servedBy,
    }),
  )
}

/** @param {import('./record.ts').SummaryData & { setup_data?: { setupMs: number } }} data */
export function handleSummary({ metrics, state, setup_data }) {
  const dropped = metrics.dropped_iterations?.values.count ?? 0
  const durationMs = state.testRunDurationMs - (setup_data?.setupMs ?? 0)
  return { stdout: `${JSON.stringify({ dropped, durationMs })}\n` }
}
