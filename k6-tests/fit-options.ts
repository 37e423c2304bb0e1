import { type Executors, fromCommandLine } from './command-line.ts'
import type { Environment } from './environment.ts'
import { trendStats } from './record.ts'

/** The options of k6 that can make a run differ from its description; unset ones are null. */
export type K6Options = {
  scenarios?: Executors | null
  summaryTrendStats?: string[] | null
  systemTags?: string[] | null
  rps?: number | null
  minIterationDuration?: string | null
  executionSegment?: string | null
}

/** Options that change the load without a trace in the results. */
const changing = {
  rps: '--rps',
  minIterationDuration: '--min-iteration-duration',
  executionSegment: '--execution-segment',
} as const satisfies Partial<Record<keyof K6Options, string>>

/** Why k6 would not play the load of the script; `undefined` if it does. */
function whyUnfit(options: K6Options): string | undefined {
  const names = Object.keys(changing) as (keyof typeof changing)[]
  const set = names.filter((name) => options[name])
  if (set.length > 0)
    return (
      `${set.map((name) => changing[name]).join(', ')} changes the load without a trace ` +
      'in the results'
    )
  const missing = trendStats.filter((stat) => !options.summaryTrendStats?.includes(stat))
  if (missing.length > 0)
    return `--summary-trend-stats omits values that the results need: ${missing.join(', ')}`
  if (!options.systemTags?.includes('scenario'))
    return '--system-tags omits the tag that counts dropped arrivals: scenario'
  return undefined
}

/**
 * Refuses a run that could not be judged, before it begins.
 * @throws Error naming the option
 */
export function requireFitOptions(options: K6Options): void {
  const reason = whyUnfit(options)
  if (reason) throw new Error(`${reason}. Omit the option, here and in K6_ variables.`)
}

/**
 * Refuses a load of the command line if k6 would play it instead of a requested one.
 * @param ownLoad whether the script has no other load than its own
 * @throws Error naming the conflicting options
 */
export function requireOneLoad(
  { scenarios }: K6Options,
  { PROFILE, DURATION }: Environment,
  ownLoad: boolean,
): void {
  if (!fromCommandLine(scenarios ?? {})) return
  const loads = '--duration, --iterations, --vus and --stage'
  if (ownLoad) throw new Error(`This script sets its own arrivals: omit ${loads}.`)
  const ignored = Object.entries({ PROFILE, DURATION }).filter(([, value]) => value)
  if (ignored.length === 0) return
  const names = ignored.map(([name]) => name).join(' and ')
  throw new Error(`k6 plays ${loads} instead of ${names}: omit one of the two.`)
}
