/** The load of k6's command line (`--duration`, `--iterations`, …), instead of a script's own. */
import { parseDuration } from '../formats/durations.ts'

/** A k6 scenario in `exec.test.options`; unset fields are null. */
export type Executor = {
  executor: string
  vus?: number | null
  duration?: string | null
  iterations?: number | null
  stages?: { duration: string; target: number }[] | null
}
export type Executors = Record<string, Executor>

/** The load of the command line; `undefined` if the script's own is played. */
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
