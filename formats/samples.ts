/** What a load generator prints of each request: JSON, one object a line. */

/** One request as its client saw it. Times are in milliseconds. */
export type LoadSample = {
  /** Unique. Its `x-request-id`, under which the services log and trace it. */
  id: string
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

/** To the microsecond. */
const rounded = (ms: number) => Math.round(ms * 1000) / 1000

/** One line of text; the inverse of `parseSample`. */
export const formatSample = (sample: AnsweredSample): string =>
  JSON.stringify({
    ...sample,
    dueMs: rounded(sample.dueMs),
    lateMs: rounded(sample.lateMs),
    latencyMs: rounded(sample.latencyMs),
  })

const isText = (value: unknown) => typeof value === 'string' && value !== ''

function isSample(value: unknown): value is AnsweredSample {
  const { id, load, outcome, dueMs, lateMs, latencyMs, phases, servedBy } = value as LoadSample &
    AnsweredSample
  return (
    [id, load, outcome].every(isText) &&
    typeof phases === 'object' &&
    phases !== null &&
    [dueMs, lateMs, latencyMs, ...Object.values(phases)].every(Number.isFinite) &&
    (servedBy === undefined || isText(servedBy))
  )
}

/** The sample of a line; `undefined` if the line is none, such as a message of the generator. */
export function parseSample(line: string): AnsweredSample | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isSample(value) ? value : undefined
  } catch {
    return undefined
  }
}
