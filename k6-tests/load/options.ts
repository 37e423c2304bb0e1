/** What a load is told: k6's own options, and the variables of `k6 run -e NAME=value`. */
import {
  parseBaseUrl,
  parseDuration,
  parseLength,
  parsePositive,
  parseScenario,
} from '../../formats/durations.ts'
import { type ProfileName, profiles } from '../../model/load.ts'
import {
  type FunctionName,
  firstPortOf,
  functionNames,
  portOf,
  urlVariable,
} from '../../model/services.ts'
import { type StyleName, styles } from '../../model/styles.ts'

/** The statistics that a summary shows. */
export const trendStats = ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count']

/** A k6 scenario in `exec.test.options`; unset fields are null. */
export type Executor = {
  executor: string
  vus?: number | null
  duration?: string | null
  iterations?: number | null
  stages?: { duration: string; target: number }[] | null
}
export type Executors = Record<string, Executor>

/** The options of k6 that can make a run differ from its description; unset ones are null. */
export type K6Options = {
  scenarios?: Executors | null
  summaryTrendStats?: string[] | null
  systemTags?: string[] | null
  rps?: number | null
  minIterationDuration?: string | null
  noConnectionReuse?: boolean | null
  noVUConnectionReuse?: boolean | null
  executionSegment?: string | null
}

/**
 * The load of the command line (`--duration`, `--iterations`, …); `undefined` if the script's own is
 * played.
 */
export const fromCommandLine = (executors: Executors): Executor | undefined => executors.default

const users = (count: number) => (count === 1 ? '1 user' : `${count} users`)

/** That load in words: `1 user for 60s`. */
export function describeLoad({ vus, duration, iterations, stages }: Executor): string {
  if (stages) return `stages of ${stages.map((it) => `${it.duration}:${it.target}`).join(', ')}`
  if (iterations) return `${iterations} iterations by ${users(vus ?? 1)}`
  return `${users(vus ?? 1)} for ${duration}`
}

/** The duration of that load in seconds; `undefined` if it ends with its iterations. */
export function secondsOf({ duration, stages }: Executor): number | undefined {
  if (stages) return stages.reduce((sum, it) => sum + parseDuration('--stage', it.duration), 0)
  return duration ? parseDuration('--duration', duration) : undefined
}

/** Options that change the load without a trace in the results. */
const changing = {
  rps: '--rps',
  minIterationDuration: '--min-iteration-duration',
  noConnectionReuse: '--no-connection-reuse',
  noVUConnectionReuse: '--no-vu-connection-reuse',
  executionSegment: '--execution-segment',
} as const satisfies Partial<Record<keyof K6Options, string>>

function whyChanged(options: K6Options): string | undefined {
  const names = Object.keys(changing) as (keyof typeof changing)[]
  const set = names.filter((name) => options[name]).map((name) => changing[name])
  return set.length > 0
    ? `${set.join(', ')} changes the load without a trace in the results`
    : undefined
}

const howToOmit = 'Omit the option, here and in K6_ variables.'

/**
 * Refuses a load that options, variables or a configuration of k6 change.
 * @throws Error naming the option
 */
export function refuseChanges(options: K6Options): void {
  const load = fromCommandLine(options.scenarios ?? {})
  const reason = load
    ? `k6 plays ${describeLoad(load)} instead of the plan`
    : whyChanged({ ...options, executionSegment: null })
  if (reason) throw new Error(`${reason}. ${howToOmit}`)
}

/**
 * Refuses a run that could not be judged, before it begins.
 * @throws Error naming the option
 */
export function requireFitOptions(options: K6Options): void {
  const missing = trendStats.filter((stat) => !options.summaryTrendStats?.includes(stat))
  const reason = [
    whyChanged(options),
    missing.length > 0 &&
      `--summary-trend-stats omits values that the results need: ${missing.join(', ')}`,
    !options.systemTags?.includes('scenario') &&
      '--system-tags omits the tag that counts dropped arrivals: scenario',
  ].find((each) => typeof each === 'string')
  if (reason) throw new Error(`${reason}. ${howToOmit}`)
}

/**
 * Refuses a load of the command line if k6 would play it instead of a requested one.
 * @throws Error naming the conflicting options
 */
export function requireOneLoad(executors: Executors, { PROFILE, DURATION }: Environment): void {
  const ignored = Object.entries({ PROFILE, DURATION }).filter(([, value]) => value)
  if (!fromCommandLine(executors) || ignored.length === 0) return
  const names = ignored.map(([name]) => name).join(' and ')
  const loads = '--duration, --iterations, --vus and --stage'
  throw new Error(`k6 plays ${loads} instead of ${names}: omit one of the two.`)
}

export type Environment = Record<string, string | undefined>

/**
 * How long to wait for a response.
 * @returns milliseconds
 * @throws Error naming the variable
 */
export const parseTimeout = ({ TIMEOUT }: Environment): number =>
  parseLength('TIMEOUT', TIMEOUT || '60s') * 1000

function parseProfile(text: string): ProfileName {
  if (!Object.hasOwn(profiles, text))
    throw new Error(
      `PROFILE must be one of ${Object.keys(profiles).join(', ')}, not ${JSON.stringify(text)}`,
    )
  return text as ProfileName
}

/** @throws Error naming the variable */
function parseStyle({ STYLE }: Environment): StyleName {
  const text = STYLE || 'sync'
  if (!Object.hasOwn(styles, text))
    throw new Error(`STYLE must be sync or async, not ${JSON.stringify(text)}`)
  return text as StyleName
}

/**
 * The requested load: a profile, optionally with another duration, or only one scenario.
 * @throws Error naming the variable that is invalid
 */
export function parseLoad(environment: Environment) {
  const { PROFILE, DURATION, ONLY } = environment
  const profile = parseProfile(PROFILE || 'default')
  const seconds = DURATION ? parseLength('DURATION', DURATION) : profiles[profile].seconds
  return {
    ...profiles[profile],
    style: parseStyle(environment),
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
  const base = parseBaseUrl('BASE_URL', environment.BASE_URL || 'http://localhost')
  const usual = firstPortOf(styles[parseStyle(environment)])
  const firstPort = parsePositive('FIRST_PORT', environment.FIRST_PORT || String(usual))
  const urls = functionNames.map((name) => {
    const own = environment[urlVariable(name)]?.replace(/\/+$/, '')
    return [name, own || `${base}:${portOf(name, firstPort)}`]
  })
  return Object.fromEntries(urls)
}
