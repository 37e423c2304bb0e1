/**
 * Puts the outputs of several generators together, and judges them as if one had sent all requests:
 *   k6 run -e PARTS=/path/to/1.log,/path/to/2.log k6-tests/merge.js
 * `npm run load -- --generator …` does that.
 */
import { Counter } from 'k6/metrics'
import { exceptions, thresholdsOf } from './metric-names.ts'
import { recordMetrics } from './metrics-recorder.ts'
import { trendStats } from './record.ts'
import { eachOutcome, readPart } from './sample-output.ts'
import { scenarios } from './scenarios.ts'
import { summarize } from './summary.ts'

const paths = (__ENV.PARTS ?? '').split(',')
/** @type {string[]} */
const generators = __ENV.GENERATORS ? JSON.parse(__ENV.GENERATORS) : paths
const outputs = paths.map((path) => open(path))
const parts = outputs.map(readPart)
const [first] = parts
if (!first) throw new Error('PARTS names no file')
const { load, urls, commit } = first
const elapsedMs = parts.map(({ durationMs, record }) => durationMs - record.setupMs)
const record = { ...first.record, setupMs: 0 }

const recorders = new Map(scenarios.map((scenario) => [scenario.number, recordMetrics(scenario)]))
const thrown = new Counter(exceptions)
// The name that k6 itself uses, on which there is a threshold.
const dropped = new Counter('dropped_iterations')

/** @type {import('k6/options').Options} */
export const options = {
  iterations: 1,
  thresholds: thresholdsOf(load.only, load.clicksPerSecond * load.seconds),
  summaryTrendStats: trendStats,
}

export default function () {
  for (const output of outputs)
    eachOutcome(output, ({ number }, outcome) => recorders.get(number)?.end(outcome))
  for (const part of parts) {
    for (const [number, count] of Object.entries(part.started))
      for (let n = 0; n < count; n++) recorders.get(Number(number))?.begin()
    dropped.add(part.dropped)
    thrown.add(part.exceptions)
  }
}

/** @param {import('./record.ts').SummaryData} data */
export function handleSummary(data) {
  const state = { testRunDurationMs: Math.max(...elapsedMs) }
  const merged = { ...data, state, setup_data: record }
  return summarize({
    data: merged,
    script: 'script-sync',
    load,
    urls,
    commit,
    generators,
  })
}
