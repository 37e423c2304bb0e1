import type { ServiceName } from './environment.ts'
import type { Failure } from './failures.ts'

/** Settings of the lab by service, as its metrics show them; a service that shows none has none. */
export type LabSettings = Partial<Record<ServiceName, Record<string, number>>>

/** One request: its body, and something that no other request has, in this run or in any other. */
type Iteration = { unique: string; count: number }

export type Scenario = {
  number: number
  title: string
  service: ServiceName
  method: 'POST' | 'PUT'
  /** The route's pattern, as the service's own metrics name it. */
  handler: string
  request: (iteration: Iteration) => { path: string; body: Record<string, unknown> }
  status: number
  /** What its 95th percentile has to stay under, in milliseconds. */
  limitMs: number
  /** The time that cannot be undercut, in milliseconds, where it waits for something of a known length. */
  blocksMs?: (settings: LabSettings) => number
  matches: (body: unknown, sent: Record<string, unknown>) => boolean
  /** What only this scenario can meet: its failures, and when an answer is one of them. */
  ownFailures: readonly Failure[]
  ownFailure: (status: number, body: Record<string, unknown>) => Failure | undefined
  /** What its time goes into, as `Server-Timing` names it. */
  hops: readonly string[]
}
