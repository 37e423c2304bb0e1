/**
 * Puts the outputs of several generators together, and judges them as if one had sent all requests:
 *   k6 run -e OUTPUTS=/path/to/1.log,/path/to/2.log k6-tests/merge.js
 * `npm run load -- --generator …` does that.
 */
import { Counter } from 'k6/metrics'
import { eachOutcome, readShare } from './load/generators.ts'
import { droppedArrivals, exceptions, thresholdsOf } from './load/metric-names.ts'
import { trendStats } from './load/options.ts'
import { recordMetrics } from './load/play.ts'
import { scenarios } from './load/scenarios.ts'
import { summarize } from './summary/summary.ts'

const paths = (__ENV.OUTPUTS ?? '').split(',')
/** @type {string[]} */
const generators = __ENV.GENERATORS ? JSON.parse(__ENV.GENERATORS) : paths
const outputs = paths.map((path) => open(path))
const shares = outputs.map(readShare)
const [first] = shares
if (!first) throw new Error('OUTPUTS names no file')
const { load, urls, commit } = first
const elapsedMs = shares.map(({ durationMs, record }) => durationMs - record.setupMs)
const record = { ...first.record, setupMs: 0 }

/** @type {Map<number, import('./load/play.ts').Recorder>} */
const recorders = new Map(scenarios.map((scenario) => [scenario.number, recordMetrics(scenario)]))
const thrown = new Counter(exceptions)
const dropped = new Counter(droppedArrivals)

/** @type {import('k6/options').Options} */
export const options = {
  iterations: 1,
  thresholds: thresholdsOf(load.only, load.clicksPerSecond * load.seconds),
  summaryTrendStats: trendStats,
}

export default function () {
  for (const output of outputs)
    eachOutcome(output, ({ number }, outcome) => recorders.get(number)?.end(outcome))
  for (const share of shares) {
    for (const [number, count] of Object.entries(share.started))
      for (let n = 0; n < count; n++) recorders.get(Number(number))?.begin()
    dropped.add(share.dropped)
    thrown.add(share.exceptions)
  }
}

/** @param {import('./load/record.ts').SummaryData} data */
export function handleSummary(data) {
  const state = { testRunDurationMs: Math.max(...elapsedMs) }
  return summarize({ data: { ...data, state, setup_data: record }, load, urls, commit, generators })
}
