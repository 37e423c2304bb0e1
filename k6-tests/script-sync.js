/**
 * The study's load: all six scenarios at once, for 30 s. docs/load.md lists its options.
 *   k6 run k6-tests/script-sync.js
 *   k6 run -e PROFILE=heavy -e ONLY=3 k6-tests/script-sync.js
 */
import { sleep } from 'k6'
import { pauseSeconds } from '../model/load.ts'
import { beginRun } from './begin.ts'
import { readCommit } from './commit.ts'
import { parseLoad, parseTimeout, parseUrls } from './environment.ts'
import { guarded } from './guard.ts'
import { thresholdsOf } from './metric-names.ts'
import { recordMetrics } from './metrics-recorder.ts'
import { createPlayer } from './play.ts'
import { trendStats } from './record.ts'
import { printPart, printSamples } from './sample-output.ts'
import { scenarios } from './scenarios.ts'
import { startTimeout } from './start.ts'
import { summarize } from './summary.ts'

const load = parseLoad(__ENV)
const urls = parseUrls(__ENV)
const commit = __ENV.COMMIT || readCommit()
const timeout = parseTimeout(__ENV)
const needed = scenarios.filter(({ number }) => number === (load.only ?? number))
// One of several generators prints samples, which are judged when they have been put together.
const isPart = __ENV.OUTPUT === 'samples'
const recorderOf = isPart ? printSamples : recordMetrics
const players = scenarios.map((scenario) =>
  createPlayer(scenario, { urls, timeout, record: recorderOf(scenario) }),
)

/** @typedef {import('./play.ts').Run} Run */
/** @type {(number: keyof typeof pauseSeconds) => (run: Run) => void} */
const loop = (number) =>
  guarded((run) => {
    players[number - 1]?.(run)
    sleep(pauseSeconds[number])
  })

export const registration = loop(1)
export const payment = loop(2)
export const productUpdate = loop(3)
export const report = loop(4)
export const orderSaga = loop(5)
export const click = loop(6)

const duration = `${load.seconds}s`
// Requests in progress may complete: a report takes 10 s of CPU time, and a queue may hold a
// request for 30 s.
const gracefulStop = `${Math.max(70, timeout / 1000 + 10)}s`
/** @type {(vus: number, name: string) => import('k6/options').Scenario} */
const looping = (vus, name) => ({
  executor: 'constant-vus',
  vus,
  duration,
  gracefulStop,
  exec: name,
})

/** @type {Record<string, import('k6/options').Scenario>} */
const all = {
  registration: looping(load.users, 'registration'),
  payment: looping(load.users, 'payment'),
  product_update: looping(load.users, 'productUpdate'),
  report: looping(load.reportUsers, 'report'),
  order_saga: looping(load.users, 'orderSaga'),
  click: {
    executor: 'constant-arrival-rate',
    rate: load.clicksPerSecond,
    timeUnit: '1s',
    duration,
    gracefulStop,
    preAllocatedVUs: Math.ceil(load.clicksPerSecond / 4),
    maxVUs: load.clicksPerSecond,
    exec: 'click',
  },
}

const chosen = Object.entries(all).filter(
  (_, index) => load.only === undefined || index + 1 === load.only,
)

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: Object.fromEntries(chosen),
  thresholds: isPart ? {} : thresholdsOf(load.only, load.clicksPerSecond * load.seconds),
  summaryTrendStats: trendStats,
  // Longer than ten services need to say that they are not there.
  setupTimeout: isPart ? startTimeout : '60s',
}

export const setup = () =>
  beginRun({
    urls,
    needed: needed.map((scenario) => scenario.function),
    environment: __ENV,
    isPart,
  })

const inTurn = guarded((/** @type {Run} */ run) => {
  for (const { number } of needed) players[number - 1]?.(run)
  sleep(1)
})

/**
 * With `--duration`, `--iterations` or `--vus` k6 plays this instead: the chosen scenarios in turn.
 */
export default inTurn

/** @param {import('./record.ts').SummaryData} data */
export function handleSummary(data) {
  if (isPart) return { stdout: printPart({ load, urls, commit }, data) }
  return summarize({ data, script: 'script-sync', load, urls, commit })
}
