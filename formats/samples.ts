/** What a load generator prints: each request as JSON, one object a line, and a summary. */

/** One request as its client saw it. Times are in milliseconds. */
export type LoadSample = {
  /** Unique. Its `x-request-id`, under which the services log and trace it. */
  id: string
  load: string
  /**
   * When it was to be sent, from the start of its load; in a closed loop, when it was sent.
   */
  dueMs: number
  /** How much later it was sent. */
  lateMs: number
  /** From the time when it was due to the last byte of its answer, its connection included. */
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

/** JSON in ASCII, for which every terminal and decoder has the same bytes. */
const asciiJson = (value: object): string =>
  JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** One line of text; the inverse of `parseSample`. */
export const formatSample = (sample: AnsweredSample): string =>
  asciiJson({
    ...sample,
    dueMs: rounded(sample.dueMs),
    lateMs: rounded(sample.lateMs),
    latencyMs: rounded(sample.latencyMs),
  })

const summaryMark = 'summary of this load generator: '

/** The last line of a generator. Its mark tells it from whatever else prints JSON. */
export const formatSummary = (summary: object): string => `${summaryMark}${asciiJson(summary)}\n`

/** The JSON of the summary; `undefined` if the line is another one. */
export const summaryIn = (line: string): string | undefined =>
  line.startsWith(summaryMark) ? line.slice(summaryMark.length) : undefined

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
