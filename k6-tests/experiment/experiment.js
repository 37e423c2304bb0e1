/**
 * Plays the loads of an experiment, and writes one line per request. `npm run lab` gives it to k6 as
 * one text with two constants before it: the plan, which model/load-plan.ts describes, and the
 * address that answers when all generators are ready.
 */
import { sleep } from 'k6'
import exec from 'k6/execution'
import { formatSample } from '../../formats/samples.ts'
import { awaitStart, startTimeout } from '../load/generators.ts'
import { droppedArrivals } from '../load/metric-names.ts'
import { createSender } from '../load/play.ts'
import { countOf } from '../load/record.ts'
import { scenarioOf } from '../load/scenarios.ts'

const plan = PLAN

const loads = new Map(
  plan.loads.map((load) => [
    load.name,
    {
      send: createSender(scenarioOf(load.scenario), { urls: plan.urls, timeout: plan.timeoutMs }),
      dueTimes: load.arrivals === 'poisson' ? load.dueMs : [],
      endMs: load.seconds * 1000,
    },
  ]),
)

// k6 refuses shorter executors. Requests that would begin after the end of a shorter load are left
// out.
const shortestMs = 1000

/** @type {(load: import('../../model/load-plan.ts').Load) => import('k6/options').Scenario} */
const executorOf = (load) => {
  const startTime = `${load.startSeconds * 1000}ms`
  const common = { startTime, gracefulStop: `${plan.timeoutMs}ms` }
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
  thresholds: { [droppedArrivals]: ['count>=0'] },
  setupTimeout: startTimeout,
}

/** k6 calls it when its users are ready. */
export function setup() {
  awaitStart(START_URL)
  return { setupMs: exec.instance.currentTestRunDuration }
}

export default function () {
  const { name, startTime, iterationInTest } = exec.scenario
  const load = loads.get(name)
  if (!load) throw new Error(`The plan has no load ${name}`)
  const planned = load.dueTimes[iterationInTest]
  const beforeMs = Date.now() - startTime
  if (planned !== undefined && planned > beforeMs) sleep((planned - beforeMs) / 1000)
  const sentMs = Date.now() - startTime
  if (planned === undefined && sentMs >= load.endMs) return sleep(shortestMs / 1000)
  const dueMs = planned ?? sentMs
  const lateMs = Math.max(0, sentMs - dueMs)
  const { failure, durationMs, ...exchange } = load.send(plan)
  const times = { dueMs, lateMs, latencyMs: lateMs + durationMs }
  console.log(formatSample({ load: name, ...times, outcome: failure ?? 'ok', ...exchange }))
}

/** @param {import('../load/record.ts').SummaryData & { setup_data?: { setupMs: number } }} data */
export function handleSummary(data) {
  const dropped = countOf(data, droppedArrivals)
  const durationMs = data.state.testRunDurationMs - (data.setup_data?.setupMs ?? 0)
  return { stdout: `${JSON.stringify({ dropped, durationMs })}\n` }
}
