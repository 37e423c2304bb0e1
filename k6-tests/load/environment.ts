/** The variables of `k6 run -e NAME=value`, parsed once. */

import { parseDuration, parsePositive, parseScenario } from '../../formats/durations.ts'
import { type ProfileName, profiles } from '../../model/load.ts'
import {
  type FunctionName,
  functionNames,
  portOf,
  urlVariable,
  firstPort as usualFirstPort,
} from '../../model/services.ts'

export type Environment = Record<string, string | undefined>

/**
 * How long to wait for a response.
 * @returns milliseconds
 * @throws Error naming the variable
 */
export const parseTimeout = ({ TIMEOUT }: Environment): number =>
  parseDuration('TIMEOUT', TIMEOUT || '60s') * 1000

function parseProfile(text: string): ProfileName {
  if (!Object.hasOwn(profiles, text))
    throw new Error(`PROFILE must be one of ${Object.keys(profiles).join(', ')}, not "${text}"`)
  return text as ProfileName
}

/**
 * The requested load: a profile, optionally with another duration, or only one scenario.
 * @throws Error naming the variable that is invalid
 */
export function parseLoad({ PROFILE, DURATION, ONLY }: Environment) {
  const profile = parseProfile(PROFILE || 'default')
  const seconds = DURATION ? parseDuration('DURATION', DURATION) : profiles[profile].seconds
  return {
    ...profiles[profile],
    profile,
    seconds,
    only: ONLY ? parseScenario('ONLY', ONLY) : undefined,
  }
}

export type Load = ReturnType<typeof parseLoad>

/**
 * The address of each service: its own URL (`USER_SERVICE_URL`), or `BASE_URL` with a port counted
 * from `FIRST_PORT`.
 * @throws Error naming the variable that is invalid
 */
export function parseUrls(environment: Environment): Record<FunctionName, string> {
  const base = (environment.BASE_URL || 'http://localhost').replace(/\/+$/, '')
  if (!/^https?:\/\/[^/:]+$/.test(base) && !/^https?:\/\/\[[\da-f:]+\]$/i.test(base))
    throw new Error(
      `BASE_URL must be scheme and host without a port, such as http://localhost, not "${base}"`,
    )
  const firstPort = parsePositive('FIRST_PORT', environment.FIRST_PORT || String(usualFirstPort))
  const urls = functionNames.map((name) => {
    const own = environment[urlVariable(name)]?.replace(/\/+$/, '')
    return [name, own || `${base}:${portOf(name, firstPort)}`]
  })
  return Object.fromEntries(urls)
}
