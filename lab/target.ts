import { readMetrics, type Sample, valuesBy } from '../formats/metrics-text.ts'
import { metrics } from '../model/metrics.ts'
import { firstPort as defaultFirstPort, type FunctionName, portOf } from '../model/services.ts'

export type TargetOptions = {
  /** Scheme and host of the lab, without a port. */
  baseUrl: string
  firstPort?: number
}

/** A lab as its clients see it: one host, a port for each service. */
export type Target = {
  urlOf: (name: FunctionName) => string
  /** The metrics of a service. */
  metricsOf: (name: FunctionName) => Promise<Sample[]>
  /** The numeric settings of a service, from its metrics. */
  settingsOf: (name: FunctionName) => Promise<Map<string, number>>
}

const metricsTimeoutMs = 5000

export function createTarget({ baseUrl, firstPort = defaultFirstPort }: TargetOptions): Target {
  const origin = baseUrl.replace(/\/+$/, '')
  const urlOf = (name: FunctionName) => `${origin}:${portOf(name, firstPort)}`
  const metricsOf = async (name: FunctionName) => {
    const signal = AbortSignal.timeout(metricsTimeoutMs)
    return readMetrics(await (await fetch(`${urlOf(name)}/metrics`, { signal })).text())
  }
  return {
    urlOf,
    metricsOf,
    settingsOf: async (name) => valuesBy(await metricsOf(name), metrics.setting.name, 'name'),
  }
}
