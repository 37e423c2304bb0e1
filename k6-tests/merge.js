/**
 * Puts the outputs of several generators together, and judges them as if one had sent all requests:
 *   k6 run -e OUTPUTS=1.log,2.log -e SHARES=shares.json k6-tests/merge.js
 * `npm run load -- --generator …` does that, with the paths of what they have printed, and of the
 * list of their summaries.
 */
import { Counter } from 'k6/metrics'
import { outcomeIn } from './load/generators.ts'
import { droppedArrivals, exceptions, lateness, thresholdsOf } from './load/metric-names.ts'
import { trendStats } from './load/options.ts'
import { recordMetrics } from './load/play.ts'
import { openLines } from './load/read-lines.ts'
import { recordCoreUse } from './load/record-core-use.ts'
import { chosenBy } from './load/scenarios.ts'
import { summarize } from './summary/summary.ts'

const paths = (__ENV.OUTPUTS ?? '').split(',')
/** @type {string[]} */
const generators = __ENV.GENERATORS ? JSON.parse(__ENV.GENERATORS) : paths
const outputs = paths.map(openLines)
/** @type {import('./load/generators.ts').Share[]} */
const shares = JSON.parse(open(__ENV.SHARES ?? ''))
const [first] = shares
if (!first) throw new Error('SHARES names an empty list')
const { load, urls, commit } = first
const elapsedMs = shares.map(({ endMs, record }) => endMs - record.setupMs)
const record = { ...first.record, setupMs: 0 }

/** @type {Map<number, import('./load/play.ts').Recorder>} */
const recorders = new Map(
  chosenBy(load).map((scenario) => [scenario.number, recordMetrics(scenario)]),
)
const thrown = new Counter(exceptions)
const dropped = new Counter(droppedArrivals)
const recordUse = recordCoreUse()

/** @type {import('k6/options').Options} */
export const options = {
  scenarios: {
    // The usual limit of ten minutes is too short for the samples of hours.
    merge: { executor: 'shared-iterations', iterations: 1, vus: 1, maxDuration: '24h' },
  },
  thresholds: thresholdsOf(load),
  summaryTrendStats: trendStats,
}

/** @param {string} line */
function recordLine(line) {
  const [scenario, outcome] = outcomeIn(line) ?? []
  if (scenario && outcome) recorders.get(scenario.number)?.end(outcome, record)
}

export default async function () {
  for (const readLines of outputs) await readLines(recordLine)
  for (const share of shares) {
    for (const [number, count] of Object.entries(share.started))
      recorders.get(Number(number))?.begin(count)
    dropped.add(share.dropped)
    thrown.add(share.exceptions)
  }
  // All of them have asked the same services.
  for (const use of first?.coreUses ?? []) recordUse(use)
}

/** The lateness of the generator that was latest. */
const latest = shares
  .map((share) => share.lateness)
  .reduce((a, b) => ((a['p(95)'] ?? 0) > (b['p(95)'] ?? 0) ? a : b))

/** @param {import('./load/record.ts').SummaryData} data */
export function handleSummary(data) {
  const state = { testRunDurationMs: Math.max(...elapsedMs) }
  const metrics = { ...data.metrics, [lateness]: { values: latest } }
  const merged = { ...data, metrics, state, setup_data: record }
  return summarize({ data: merged, load, urls, commit, generators })
}
