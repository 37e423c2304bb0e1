/** Whether the machine was busy: how long services and k6 waited for a core. */
import { inWords } from '../../formats/table.ts'
import { services } from '../../model/services.ts'
import { coreUsesIn, type ServiceCoreUse } from '../load/core-use.ts'
import { lateness } from '../load/metric-names.ts'
import type { SummaryData } from '../load/record.ts'
import { scenarioOf } from '../load/scenarios.ts'
import type { ScenarioResult } from './results.ts'

export type CoreReport = {
  services: ServiceCoreUse[]
  /** How late the pauses of k6's users ended, in milliseconds. */
  k6: { p95Ms: number; maxMs: number }
}

/** What a run shows of its cores. */
export function coreReportOf(data: SummaryData): CoreReport {
  const { max = 0, ...stats } = data.metrics[lateness]?.values ?? {}
  return { services: coreUsesIn(data), k6: { p95Ms: stats['p(95)'] ?? 0, maxMs: max } }
}

// A wait explains a failed limit if it is this share of it, or more.
const noticeableShare = 0.1

// More than a timer is late on a machine with a free core.
const lateMs = 5

/** What the service of a scenario waited for a core, in a line; nothing if that was little. */
function whyServiceWaited(result: ScenarioResult, uses: readonly ServiceCoreUse[]): string[] {
  const { function: name } = scenarioOf(result.scenario)
  const use = uses.find((each) => each.name === name)?.use
  const requests = result.requests + result.warmup.requests + result.unfinished
  if (!use || requests === 0) return []
  const waitedMs = (use.waited * 1000) / requests
  if (waitedMs < result.p95LimitMs * noticeableShare) return []
  const seconds = `${use.waited.toFixed(1)} s in all, beside ${use.onCore.toFixed(1)} s on a core`
  return [
    `  ${result.scenario} ${result.title}: the machine was busy: ${services[name].name} waited ` +
      `for a core ${inWords(waitedMs)} per request (${seconds})`,
  ]
}

/** Lines that explain failed scenarios by a busy machine. */
export function whyBusy({ services, k6 }: CoreReport, failed: readonly ScenarioResult[]): string[] {
  const isLate = failed.length > 0 && k6.p95Ms > lateMs
  const late =
    `  the machine was busy: pauses of k6's users ended late, 5 % of them by more than ` +
    `${inWords(k6.p95Ms)}, one by ${inWords(k6.maxMs)}`
  return [...failed.flatMap((it) => whyServiceWaited(it, services)), ...(isLate ? [late] : [])]
}
