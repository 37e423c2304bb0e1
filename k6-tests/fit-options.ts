import { type Executors, fromCommandLine } from './command-line.ts'
import type { Environment } from './environment.ts'
import { trendStats } from './record.ts'

/** The options of k6 that decide whether a run is what it says. Those that are not set are null. */
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

/** Why k6 would play another load than the script says; `undefined` if it plays that one. */
function whyUnfit(options: K6Options): string | undefined {
  const names = Object.keys(changing) as (keyof typeof changing)[]
  const set = names.filter((name) => options[name])
  if (set.length > 0)
    return `${set.map((name) => changing[name]).join(', ')} makes the load another than the results say`
  const missing = trendStats.filter((stat) => !options.summaryTrendStats?.includes(stat))
  if (missing.length > 0)
    return `--summary-trend-stats leaves out what the results need: ${missing.join(', ')}`
  if (!options.systemTags?.includes('scenario'))
    return '--system-tags leaves out the tag that tells dropped arrivals apart: scenario'
  return undefined
}

/**
 * Refuses a run that could not be judged, before it begins.
 * @throws Error naming the option
 */
export function requireFitOptions(options: K6Options): void {
  const reason = whyUnfit(options)
  if (reason) throw new Error(`${reason}. Leave the option out, here and in K6_ variables.`)
}

/**
 * Refuses a load of the command line if k6 would play it instead of one that was asked for.
 * @param ownLoad whether the script has no other load than its own
 * @throws Error naming what excludes what
 */
export function requireOneLoad(
  { scenarios }: K6Options,
  { PROFILE, DURATION }: Environment,
  ownLoad: boolean,
): void {
  if (!fromCommandLine(scenarios ?? {})) return
  const loads = '--duration, --iterations, --vus and --stage'
  if (ownLoad) throw new Error(`This script sets its own arrivals: leave ${loads} out.`)
  const ignored = Object.entries({ PROFILE, DURATION }).filter(([, value]) => value)
  if (ignored.length === 0) return
  const names = ignored.map(([name]) => name).join(' and ')
  throw new Error(`k6 plays ${loads} instead of ${names}: leave one of the two out.`)
}
