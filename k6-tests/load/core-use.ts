/** Whether services waited for a core during a load, from their metrics before and after it. */
import { type Sample, samplesOf } from '../../formats/metrics-text.ts'
import { foreignMetrics, metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { type CoreTimes, gaugeOf, type SummaryData } from './record.ts'

/** The metrics that have the times of a service. */
export const coreTimeNames = [
  foreignMetrics.processStart,
  foreignMetrics.processCpu,
  metrics.coreWait.name,
]

/** The times in a service's metrics; `undefined` if its system does not show them. */
export function coreTimesIn(samples: readonly Sample[]): CoreTimes | undefined {
  const firstOf = (name: string) => samplesOf(samples, name)[0]?.value
  const startedAt = firstOf(foreignMetrics.processStart)
  const onCore = firstOf(foreignMetrics.processCpu)
  const waited = firstOf(metrics.coreWait.name)
  if (startedAt === undefined || onCore === undefined || waited === undefined) return undefined
  return { startedAt, onCore, waited }
}

/** What a service did during a load, in seconds: all its threads together. */
export type CoreUse = Pick<CoreTimes, 'onCore' | 'waited'>

/** `undefined` if a service restarted, or if another replica answered. */
export function coreUseBetween(before?: CoreTimes, after?: CoreTimes): CoreUse | undefined {
  if (before?.startedAt !== after?.startedAt || !before || !after) return undefined
  return { onCore: after.onCore - before.onCore, waited: after.waited - before.waited }
}

/** The metrics of k6 that keep it. */
export const gaugeNames = (name: FunctionName) => ({
  onCore: `cores_used_${name}`,
  waited: `cores_waited_${name}`,
})

export type ServiceCoreUse = { name: FunctionName; use: CoreUse }

/** What was recorded, of each service that shows it. */
export const coreUsesIn = (data: SummaryData): ServiceCoreUse[] =>
  functionNames.flatMap((name) => {
    const names = gaugeNames(name)
    const [onCore, waited] = [gaugeOf(data, names.onCore), gaugeOf(data, names.waited)]
    if (onCore === undefined || waited === undefined) return []
    return [{ name, use: { onCore, waited } }]
  })
