/**
 * The study's load: all six scenarios at once, for 30 s. docs/load.md lists its options.
 *   k6 run k6-tests/script-sync.js
 *   k6 run -e PROFILE=heavy -e ONLY=3 k6-tests/script-sync.js
 *   k6 run -e STYLE=async k6-tests/script-sync.js
 */
import exec from 'k6/execution'
import { Trend } from 'k6/metrics'
import { pauseSeconds } from '../model/load.ts'
import { beginRun } from './load/begin.ts'
import { pause } from './load/clock.ts'
import { createEnd } from './load/end.ts'
import { printSamples, printShare, startTimeout } from './load/generators.ts'
import { lateness, openLoop, thresholdsOf } from './load/metric-names.ts'
import { parseLoad, parseTimeout, parseUrls, trendStats } from './load/options.ts'
import { countExceptions, createSender, outcomeOf, recordMetrics } from './load/play.ts'
import { chosenBy } from './load/scenarios.ts'
import { summarize } from './summary/summary.ts'

const load = parseLoad(__ENV)
const urls = parseUrls(__ENV)
const commit = __ENV.COMMIT || 'unknown'
const timeout = parseTimeout(__ENV)
const needed = chosenBy(load)
// One of several generators prints samples, which are judged when they have been put together.
const isShared = __ENV.OUTPUT === 'samples'
const recorderOf = isShared ? printSamples : recordMetrics
const players = needed.map((scenario) => ({
  scenario,
  send: createSender(scenario, { urls, timeout }),
  recorder: recorderOf(scenario),
}))

/** The name of each scenario in k6. */
const names = /** @type {const} */ ({
  1: 'registration',
  2: 'payment',
  3: 'product_update',
  4: 'report',
  5: 'order_saga',
  6: 'click',
})

const common = {
  duration: `${load.seconds}s`,
  // Requests in progress may complete: a report takes 10 s of CPU time, and a queue may hold a
  // request for 30 s.
  gracefulStop: `${Math.max(70, timeout / 1000 + 10)}s`,
}

/** @type {(number: number) => import('k6/options').Scenario} */
const executorOf = (number) => {
  if (number !== 6)
    return {
      ...common,
      executor: 'constant-vus',
      vus: number === 4 ? load.reportUsers : load.users,
    }
  return {
    ...common,
    executor: 'constant-arrival-rate',
    rate: load.clicksPerSecond,
    timeUnit: '1s',
    // Enough for answers of 250 ms; of few users, for those of the first second, which may be slower.
    preAllocatedVUs: Math.max(10, Math.ceil(load.clicksPerSecond / 4)),
    maxVUs: load.clicksPerSecond,
  }
}

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: Object.fromEntries(needed.map(({ number }) => [names[number], executorOf(number)])),
  thresholds: isShared ? {} : thresholdsOf(load),
  summaryTrendStats: trendStats,
  // Longer than ten services need to say that they are not there.
  setupTimeout: isShared ? startTimeout : '60s',
}

export const setup = () =>
  beginRun({
    urls,
    seconds: load.seconds,
    needed: needed.map((scenario) => scenario.function),
    environment: __ENV,
    isShared,
  })

export const teardown = createEnd(urls)

const late = new Trend(lateness, true)

/** How late the last pause of this user ended: its next request is due at the end of the pause. */
let lateMs = 0

// After a click as well: it tells whether k6 waits for a core.
const shortestPause = 0.01

/**
 * Plays the scenario that k6 names. With `--duration`, `--iterations` or `--vus` it names none, and a
 * user plays the chosen scenarios in turn.
 */
export default countExceptions((/** @type {import('./load/record.ts').RunRecord} */ run) => {
  const own = players.find(({ scenario }) => names[scenario.number] === exec.scenario.name)
  const isOpen = own?.scenario.number === openLoop
  for (const { send, recorder } of own ? [own] : players) {
    recorder.begin()
    recorder.end(outcomeOf(send(run), run, isOpen ? 0 : lateMs), run)
    lateMs = 0
  }
  lateMs = pause(Math.max(shortestPause, own ? pauseSeconds[own.scenario.number] : 1))
  late.add(lateMs)
})

/** @param {import('./load/record.ts').SummaryData} data */
export function handleSummary(data) {
  if (isShared) return { stdout: printShare({ load, urls, commit }, data) }
  return summarize({ data, load, urls, commit })
}
