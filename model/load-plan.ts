/** The input of the load generator, and its output for each request. */
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

/** One request as its client saw it. Times are in milliseconds. */
export type LoadSample = {
  load: string
  /** When it was to be sent, from the start of its load. */
  dueMs: number
  /** How much later it was sent. */
  lateMs: number
  /** From the time when it was due to its answer. */
  latencyMs: number
  /** Where the first service spent its time, as `Server-Timing` has it. */
  phases: Record<string, number>
  /** `ok` for the designed outcome, otherwise the failure. */
  outcome: string
}

/** A sample with the replica that answered, if the response names one. */
export type AnsweredSample = LoadSample & { servedBy?: string | undefined }

const separator = ','

/** One line of text; the inverse of `parseSample`. */
export function formatSample(sample: AnsweredSample): string {
  const { load, dueMs, lateMs, latencyMs, phases, outcome, servedBy = '' } = sample
  const times = [dueMs, lateMs, latencyMs].map((ms) => ms.toFixed(3))
  const parts = Object.entries(phases).map(([name, ms]) => `${name}=${ms}`)
  // A proxy may add a name of its own.
  const names = servedBy.replaceAll(separator, ';')
  return [load, ...times, outcome, parts.join(';'), names].join(separator)
}

const parsePhases = (text: string): Record<string, number> =>
  Object.fromEntries(
    text
      .split(';')
      .filter((part) => part !== '')
      .map((part) => part.split('='))
      .map(([name, ms]) => [name, Number(ms)]),
  )

/** The sample of a line; `undefined` if the line is none. */
export function parseSample(line: string): AnsweredSample | undefined {
  const [load, due, late, latency, outcome, phases, servedBy, ...rest] = line.split(separator)
  const [dueMs, lateMs, latencyMs] = [due, late, latency].map(Number)
  const isWhole = load && outcome && phases !== undefined && servedBy !== undefined
  if (!isWhole || rest.length > 0) return undefined
  if (![dueMs, lateMs, latencyMs].every(Number.isFinite)) return undefined
  const sample = { load, dueMs, lateMs, latencyMs, outcome, phases: parsePhases(phases) }
  return { ...sample, ...(servedBy && { servedBy }) } as AnsweredSample
}
