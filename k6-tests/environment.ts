/** The variables of `k6 run -e NAME=value`, parsed once. */
import {
  type FunctionName,
  functionNames,
  portOf,
  urlVariable,
  firstPort as usualFirstPort,
} from '../model/services.ts'

/** Users of scenarios 1, 2, 3 and 5, users of scenario 4, clicks per second, seconds: those of the study. */
export const profiles = {
  default: { users: 5, reportUsers: 2, clicksPerSecond: 100, seconds: 30 },
  light: { users: 2, reportUsers: 1, clicksPerSecond: 20, seconds: 30 },
  medium: { users: 5, reportUsers: 2, clicksPerSecond: 100, seconds: 60 },
  heavy: { users: 10, reportUsers: 5, clicksPerSecond: 300, seconds: 90 },
  stress: { users: 20, reportUsers: 10, clicksPerSecond: 500, seconds: 120 },
  spike: { users: 30, reportUsers: 15, clicksPerSecond: 1000, seconds: 60 },
}

export type ProfileName = keyof typeof profiles
export type Environment = Record<string, string | undefined>

const secondsIn: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 }

/**
 * Reads a duration in the format of k6: `90s` or `1m30s`.
 * @returns seconds
 * @throws Error naming the variable
 */
export function parseDuration(name: string, text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new Error(`${name} must be a duration such as 90s or 2m, not "${text}"`)
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (secondsIn[unit] ?? 0),
    0,
  )
}

/**
 * How long to wait for a response.
 * @returns milliseconds
 * @throws Error naming the variable
 */
export const parseTimeout = ({ TIMEOUT }: Environment): number =>
  parseDuration('TIMEOUT', TIMEOUT || '60s') * 1000

/**
 * Reads a number above 0.
 * @throws Error naming the variable
 */
export function parsePositive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`${name} must be a number above 0, not "${text}"`)
  return value
}

/**
 * Reads the number of one scenario.
 * @throws Error naming the variable
 */
export function parseScenario(name: string, text: string): number {
  if (!/^[1-6]$/.test(text))
    throw new Error(`${name} must be the number of a scenario, 1 to 6, not "${text}"`)
  return Number(text)
}

function parseProfile(text: string): ProfileName {
  if (!Object.hasOwn(profiles, text))
    throw new Error(`PROFILE must be one of ${Object.keys(profiles).join(', ')}, not "${text}"`)
  return text as ProfileName
}

/**
 * The requested load: a profile, optionally with another duration, or only one scenario.
 * @throws Error naming the variable that is wrong
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
 * @throws Error naming the variable that is wrong
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
