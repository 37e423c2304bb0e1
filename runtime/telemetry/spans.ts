/** What one request did and for how long: spans, which `Server-Timing` sums up and an exporter sends on. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from 'hono'

export type SpanKind = 'internal' | 'client' | 'producer'

/** A part of a request. Times are in milliseconds on the clock of `performance.now()`. */
export type Span = {
  /** Its name in `Server-Timing`: `loop`, `queue`, `pool`, `db`, `worker`, `cpu`, or the function that was called. */
  name: string
  kind: SpanKind
  start: number
  duration: number
  /** What `Server-Timing` shows, if it is not the duration: CPU time. */
  accounted?: number
  /** Eight bytes in hexadecimal. Only a call needs one before it is exported: its `traceparent` carries it. */
  id?: string
  /** The id of the span that it is part of: the request's own, unless it is set. */
  parent?: string
  /** Why it failed; `undefined` if it did not. */
  error?: string | undefined
  /** By OpenTelemetry's semantic conventions. */
  attributes?: Record<string, string | number>
  /** The callee's own account of its time: its `Server-Timing` header. */
  callee?: string | undefined
}

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

export type RequestVariables = {
  requestId?: string
  trace?: Trace
  spans?: Span[]
  deadline?: number
}

export type RequestContext = Context<{ Variables: RequestVariables }>

const storage = new AsyncLocalStorage<RequestContext>()

/** The request that is being answered, if there is one. */
export const currentRequest = (): RequestContext | undefined => storage.getStore()

/** Does the work of a request, which is the current one until that has ended. */
export const asCurrent = <T>(c: RequestContext, work: () => T): T => storage.run(c, work)

export type NewSpan = Pick<Span, 'name' | 'start'> & Partial<Span>

/** Adds a span that ends now, unless it has a duration, to a request. */
export function recordSpan({ name, start, ...rest }: NewSpan, c = currentRequest()): void {
  const duration = performance.now() - start
  const span: Span = { name, kind: 'internal', start, duration, ...rest }
  const spans = c?.get('spans')
  if (spans) spans.push(span)
  else c?.set('spans', [span])
}

/** Records how long a request has waited for the event loop since it arrived. */
export function noteLoopWait(c: RequestContext, start: number): void {
  const duration = performance.now() - start
  if (duration >= 1) recordSpan({ name: 'loop', start, duration }, c)
}

/** Milliseconds by name, in the order in which the names first occurred. */
export function sumByName(spans: readonly Span[] = []): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { name, duration, accounted = duration } of spans)
    sums.set(name, (sums.get(name) ?? 0) + accounted)
  return sums
}

/**
 * The `Server-Timing` header of a request: its spans, summed up by name, and its whole time.
 * https://www.w3.org/TR/server-timing/
 */
export function serverTimingOf(c: RequestContext, totalMs: number): string {
  const total = `total;dur=${totalMs.toFixed(1)};desc="Total Response Time"`
  const spans = c.get('spans')
  if (spans === undefined) return total
  const parts = [...sumByName(spans)].map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`)
  return [...parts, total].join(',')
}
