import { readMetrics, type Sample } from '../formats/metrics-text.ts'
import {
  firstPort as defaultFirstPort,
  type FunctionName,
  functionNames,
  portOf,
} from '../model/services.ts'

/** A lab as its clients see it: the URL of each service, without a slash at its end. */
export type Target = { urls: Record<FunctionName, string> }

export type TargetOptions = {
  /** Scheme and host of the lab, without a port. */
  baseUrl: string
  firstPort?: number
}

/** A lab on one host, with a port for each service. */
export function createTarget({ baseUrl, firstPort = defaultFirstPort }: TargetOptions): Target {
  const origin = baseUrl.replace(/\/+$/, '')
  return targetOf((name) => `${origin}:${portOf(name, firstPort)}`)
}

/** A lab whose services have these URLs. */
export const targetOf = (urlOf: (name: FunctionName) => string): Target => ({
  urls: Object.fromEntries(functionNames.map((name) => [name, urlOf(name)])) as Target['urls'],
})

const metricsTimeoutMs = 5000

/**
 * Reads the metrics of a service.
 * @throws TypeError if it does not answer
 */
export async function metricsOf({ urls }: Target, name: FunctionName): Promise<Sample[]> {
  const signal = AbortSignal.timeout(metricsTimeoutMs)
  return readMetrics(await (await fetch(`${urls[name]}/metrics`, { signal })).text())
}
