/** The input of the load generator. Its output is samples: formats/samples.ts. */
import type { FunctionName } from './services.ts'

/** One scenario's part of a load. Times count from the start of the load generator's test. */
export type Load = {
  /** Unique in its plan; letters, digits, `-` and `_`. */
  name: string
  scenario: number
  startSeconds: number
  seconds: number
} & (
  | { arrivals: 'closed'; users: number }
  | { arrivals: 'even'; perSecond: number; maxUsers: number }
  /** Each request is sent at its own time, in milliseconds from the start of the load. */
  | { arrivals: 'poisson'; dueMs: readonly number[]; maxUsers: number }
)

/** A load whose requests are due at times of their own, whatever the answers. */
export type OpenLoad = Exclude<Load, { arrivals: 'closed' }>

// Of a product of two decimals.
const rounding = 1e-6

/** How many requests of a load are due before its end. */
export const countDue = (load: OpenLoad): number =>
  load.arrivals === 'poisson'
    ? load.dueMs.length
    : Math.ceil(load.perSecond * load.seconds - rounding)

/** When a request is due, counted from 0, in milliseconds from the start of its load. */
export const dueTimeOf = (load: OpenLoad, index: number): number =>
  load.arrivals === 'poisson' ? (load.dueMs[index] ?? 0) : (index * 1000) / load.perSecond

export type LoadPlan = {
  /** Makes the requests of one run differ from those of others. */
  id: string
  urls: Record<FunctionName, string>
  /** How long an answer is waited for, in milliseconds. */
  timeoutMs: number
  /** The settings of the services, which say how fast an answer may be at most. */
  settings: Partial<Record<FunctionName, Record<string, number>>>
  loads: readonly Load[]
}
