import { Gauge } from 'k6/metrics'
import { functionNames } from '../../model/services.ts'
import { gaugeNames, type ServiceCoreUse } from './core-use.ts'

/** Returns a function that records the use of a service. Call it while a script is initialised. */
export function recordCoreUse() {
  const gauges = new Map(
    functionNames.map((name) => {
      const { onCore, waited } = gaugeNames(name)
      return [name, { onCore: new Gauge(onCore), waited: new Gauge(waited) }]
    }),
  )
  return ({ name, use: { onCore, waited } }: ServiceCoreUse): void => {
    gauges.get(name)?.onCore.add(onCore)
    gauges.get(name)?.waited.add(waited)
  }
}
