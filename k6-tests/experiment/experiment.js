/**
 * Plays the loads of an experiment, and writes one line per request. `npm run lab` gives it to k6 as
 * one text with two constants before it: the plan, which model/load-plan.ts describes, and the
 * address that answers when all generators are ready.
 */
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { formatSample, formatSummary } from '../../formats/samples.ts'
import { countDue, dueTimeOf } from '../../model/load-plan.ts'
import { nowMs, waitUntil } from '../load/clock.ts'
import { awaitStart, startTimeout } from '../load/generators.ts'
import { droppedArrivals } from '../load/metric-names.ts'
import { refuseChanges } from '../load/options.ts'
import { createSender } from '../load/play.ts'
import { countOf } from '../load/record.ts'
import { scenarioOf } from '../load/scenarios.ts'

/** @typedef {import('../../model/load-plan.ts').Load} Load */

const plan = PLAN

const loads = new Map(
  plan.loads.map((load) => {
    const scenario = scenarioOf(load.scenario)
    const send = createSender(scenario, { urls: plan.urls, timeout: plan.timeoutMs })
    return [load.name, { ...load, send, url: plan.urls[scenario.function] }]
  }),
)

// k6 refuses shorter executors.
const shortestMs = 1000

// The users of a load are there before it begins.
const leadMs = 100

/** @type {(load: Load) => import('k6/options').Scenario} */
const executorOf = (load) => {
  const common = {
    startTime: `${load.startSeconds * 1000}ms`,
    // Longer than any request.
    gracefulStop: `${plan.timeoutMs + 1000}ms`,
  }
  const duration = `${Math.max(shortestMs, Math.round(leadMs + load.seconds * 1000))}ms`
  if (load.arrivals === 'closed')
    return { ...common, executor: 'constant-vus', vus: load.users, duration }
  const iterations = countDue(load)
  return {
    ...common,
    // Each user takes the next request, and waits until it is due.
    executor: 'shared-iterations',
    iterations,
    vus: Math.min(load.maxUsers, iterations),
    maxDuration: duration,
  }
}

const sent = new Counter('requests_sent')
const leftOut = new Counter('requests_left_out')
const counters = { sent: 'requests_sent', leftOut: 'requests_left_out', dropped: droppedArrivals }

/** @param {string} counter @param {string} load */
const counterOf = (counter, load) => `${counter}{scenario:${load}}`

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: Object.fromEntries(plan.loads.map((load) => [load.name, executorOf(load)])),
  summaryTrendStats: ['count'],
  // k6 counts by load only what has a threshold.
  thresholds: Object.fromEntries(
    plan.loads.flatMap(({ name }) =>
      Object.values(counters).map((counter) => [counterOf(counter, name), ['count>=0']]),
    ),
  ),
  setupTimeout: startTimeout,
}

/** k6 calls it when its users are ready. */
export function setup() {
  refuseChanges(/** @type {import('../load/options.ts').K6Options} */ (exec.test.options))
  awaitStart(START_URL)
  return { readyMs: nowMs() }
}

const connected = new Set()

// A connection takes a millisecond, and more if a hundred users open theirs.
const connectMs = 20

/**
 * Opens a connection if there is time before a request, as clients keep theirs open. One that has to
 * be opened later counts for the request.
 * @param {string} url @param {number} beforeMs
 */
function connect(url, beforeMs) {
  if (connected.has(url) || nowMs() + connectMs > beforeMs) return
  http.get(`${url}/health`, { timeout: connectMs * 10, responseType: 'none' })
  connected.add(url)
}

/** @param {{ readyMs: number }} setupData */
export default function ({ readyMs }) {
  const { name, iterationInTest } = exec.scenario
  const load = loads.get(name)
  if (!load) throw new Error(`The plan has no load ${name}`)
  const startMs = readyMs + leadMs + load.startSeconds * 1000
  const endMs = startMs + load.seconds * 1000
  const isClosed = load.arrivals === 'closed'
  const plannedMs = isClosed ? startMs : startMs + dueTimeOf(load, iterationInTest)
  if (nowMs() >= endMs) return isClosed ? waitUntil(endMs + shortestMs) : leftOut.add(1)
  connect(load.url, plannedMs)
  waitUntil(plannedMs)
  sent.add(1)
  const { sentMs, failure, latencyMs, ...exchange } = load.send(plan)
  const lateMs = isClosed ? 0 : Math.max(0, sentMs - plannedMs)
  const times = {
    // The first requests of a closed loop are sent a bit before it begins.
    dueMs: (isClosed ? Math.max(startMs, sentMs) : plannedMs) - startMs,
    lateMs,
    latencyMs: lateMs + latencyMs,
  }
  console.log(formatSample({ load: name, ...times, outcome: failure ?? 'ok', ...exchange }))
}

/** @param {import('../load/record.ts').SummaryData} data */
export function handleSummary(data) {
  const countsOf = (/** @type {string} */ load) =>
    Object.entries(counters).map(([key, name]) => [key, countOf(data, counterOf(name, load))])
  const counts = plan.loads.map(({ name }) => [name, Object.fromEntries(countsOf(name))])
  return { stdout: formatSummary(Object.fromEntries(counts)) }
}
