/** What a request hands on to the calls that it makes: its id, its trace and its deadline. */
import { randomBytes } from 'node:crypto'
import { arrivalOf, headerOf } from '../http/arrival.ts'
import { currentRequest, type RequestContext, type Trace } from './spans.ts'

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

// The W3C asks for 512 characters at least. A callee takes 16 KiB of headers in all, and a proxy on
// the way often 8.
const carried = /^[\t\x20-\x7e]{1,4096}$/

/** A `tracestate` that calls can carry; another one is discarded, as the trace goes on without it. */
const readState = (sent?: string) => (sent && carried.test(sent) ? sent : undefined)

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
    state: readState(tracestate),
  }
}

/** The `traceparent` header of a call: the same trace, and the span of that call. */
export const writeTrace = ({ traceId, flags }: Trace, spanId: string): string =>
  `00-${traceId}-${spanId}-${flags}`

/** The trace of a request: read from its headers, or begun, when a span or the log first needs it. */
export function traceOf(c: RequestContext): Trace {
  const trace = c.get('trace') ?? readTrace(headerOf(c, 'traceparent'), headerOf(c, 'tracestate'))
  c.set('trace', trace)
  return trace
}

const longestId = 255
const invalidId = /[^\w\-=]/

function readId(c: RequestContext): string {
  const given = headerOf(c, 'x-request-id')
  return given && given.length <= longestId && !invalidId.test(given) ? given : crypto.randomUUID()
}

/**
 * The id that a caller gave its request, or a new one, made when the log, a call or the response
 * first needs it: a request that waits keeps none. The rules are those of `hono/request-id`.
 */
export function requestIdOf(c: RequestContext): string {
  const known = c.get('requestId')
  if (known !== undefined) return known
  const id = readId(c)
  c.set('requestId', id)
  return id
}

/**
 * The header with the longest time that a caller will wait, in milliseconds, like gRPC's
 * `grpc-timeout`.
 */
export const remainingHeader = 'x-request-timeout-ms'

/** Reads a caller's remaining time; infinite if the header is missing or invalid. */
const readRemaining = (header: string | undefined): number =>
  header !== undefined && /^\d{1,10}$/.test(header) ? Number(header) : Infinity

/**
 * Records when the caller of a request will stop waiting; returns the remaining time in
 * milliseconds.
 */
export function noteDeadline(c: RequestContext): number {
  const remainingMs = readRemaining(headerOf(c, remainingHeader))
  const { arrivedMs = performance.now() } = arrivalOf(c)
  if (remainingMs !== Infinity) c.set('deadline', arrivedMs + remainingMs)
  return remainingTime(c)
}

/** The remaining time of a request's caller in milliseconds; 1 if it is over. */
export function remainingTime(c: RequestContext | undefined = currentRequest()): number {
  const deadline = c?.get('deadline')
  return deadline === undefined ? Infinity : Math.max(1, deadline - performance.now())
}
