import { randomBytes } from 'node:crypto'

// Version 00 has four fields and ends; a higher one may go on after them. https://www.w3.org/TR/trace-context/#versioning-of-traceparent
const pattern = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const zeros = /^0+$/
// Sampled, and random trace id; the other flags are reserved, and to be sent as 0.
const knownFlags = 0b11

// Random bytes come from the system many at a time: asking it for each id takes 5 % of a call.
const pooledBytes = 2048
let pool = ''

/** Random bytes in hexadecimal. */
function randomHex(bytes: number): string {
  if (pool.length < 2 * bytes) pool = randomBytes(pooledBytes).toString('hex')
  const id = pool.slice(0, 2 * bytes)
  pool = pool.slice(2 * bytes)
  return id
}

/** Eight random bytes in hexadecimal. */
export const newSpanId = (): string => randomHex(8)

/** One request's place in a trace. */
export type Trace = {
  traceId: string
  /** The span of the request itself. */
  spanId: string
  /** The caller's span, if the request has one. */
  parentId?: string
  flags: string
  /** What the vendors along the way have to say, passed on as it came. */
  state?: string | undefined
}

/** Reads a `traceparent` header and its `tracestate`, or starts a trace if there is none or a broken one. */
export function readTrace(traceparent: string | undefined, tracestate?: string): Trace {
  const [, version, traceId = '', parentId = '', flags = '', more] =
    pattern.exec(traceparent ?? '') ?? []
  const isBroken =
    version === undefined ||
    (version === '00' && more !== undefined) ||
    zeros.test(traceId) ||
    zeros.test(parentId)
  const spanId = newSpanId()
  if (isBroken) return { traceId: randomHex(16), spanId, flags: '01' }
  const known = Number.parseInt(flags, 16) & knownFlags
  return {
    traceId,
    spanId,
    parentId,
    flags: known.toString(16).padStart(2, '0'),
    state: tracestate,
  }
}

/** The `traceparent` header of a call: the same trace, and the span of that call. */
export const writeTrace = ({ traceId, flags }: Trace, spanId: string): string =>
  `00-${traceId}-${spanId}-${flags}`
