import { Gauge } from 'k6/metrics'
import { readMetrics } from '../../formats/metrics-text.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { askServices } from './ask-services.ts'
import { coreTimeNames, coreTimesIn, coreUseBetween } from './core-use.ts'
import { loadEnd } from './metric-names.ts'
import type { RunRecord } from './record.ts'
import { recordCoreUse } from './record-core-use.ts'

/**
 * Returns k6's `teardown`: it records when the load ended, and what the services did with their
 * cores. Call it while the script is initialised.
 */
export function createEnd(urls: Record<FunctionName, string>): (record: RunRecord) => void {
  const ended = new Gauge(loadEnd)
  const recordUse = recordCoreUse()
  return ({ startedAt, setupMs, silent, coreTimes }) => {
    // k6 tells its own time in users and in `setup` only.
    ended.add(setupMs + Date.now() - Date.parse(startedAt))
    const names = functionNames.filter((name) => !silent.includes(name))
    for (const [name, { text }] of askServices(urls, names, '/metrics')) {
      const use = coreUseBetween(coreTimes[name], coreTimesIn(readMetrics(text, coreTimeNames)))
      if (use) recordUse({ name, use })
    }
  }
}
