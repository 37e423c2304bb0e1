import { type FunctionName, services } from '../model/services.ts'

export type TargetOptions = {
  /** Scheme and host of the lab, without a port. */
  baseUrl: string
  firstPort?: number
}

/** A lab as its clients see it: one host, ten ports. */
export type Target = {
  urlOf: (name: FunctionName) => string
  /** The settings of a service that are numbers, as its metrics show them. */
  settingsOf: (name: FunctionName) => Promise<Map<string, number>>
}

export function createTarget({ baseUrl, firstPort = services.user.port }: TargetOptions): Target {
  const origin = baseUrl.replace(/\/+$/, '')
  const urlOf = (name: FunctionName) =>
    `${origin}:${firstPort + services[name].port - services.user.port}`
  return {
    urlOf,
    async settingsOf(name) {
      const response = await fetch(`${urlOf(name)}/metrics`, { signal: AbortSignal.timeout(5000) })
      const settings = (await response.text()).matchAll(/^lab_setting\{name="(\w+)"\} (\S+)$/gm)
      return new Map([...settings].map(([, key = '', value]) => [key, Number(value)]))
    },
  }
}
