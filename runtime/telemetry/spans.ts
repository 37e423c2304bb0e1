/** What one request did and for how long: spans, which `Server-Timing` sums up and an exporter sends on. */
import type { Context } from 'hono'
import { tryGetContext } from 'hono/context-storage'
import { createMiddleware } from 'hono/factory'
import { setMetric, type TimingVariables } from 'hono/timing'
import { arrivalOf } from '../http/arrival.ts'
import { readTrace, type Trace } from './trace.ts'

export type SpanKind = 'internal' | 'client'

/** A part of a request. Times are in milliseconds on the clock of `performance.now()`. */
export type Span = {
  /** Its name in `Server-Timing`: `loop`, `queue`, `pool`, `db`, `cpu`, or the function that was called. */
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

export type RequestVariables = TimingVariables & {
  requestId: string
  trace?: Trace
  spans?: Span[]
  deadline?: number
}

export type RequestContext = Context<{ Variables: RequestVariables }>

/** The request that is being answered, if there is one. */
export const currentRequest = (): RequestContext | undefined =>
  tryGetContext<{ Variables: RequestVariables }>()

export type NewSpan = Pick<Span, 'name' | 'start'> & Partial<Span>

/** Adds a span that ends now, unless it has a duration, to the current request. */
export function recordSpan({ name, start, ...rest }: NewSpan): void {
  const duration = performance.now() - start
  currentRequest()
    ?.get('spans')
    ?.push({ name, kind: 'internal', start, duration, ...rest })
}

/** The trace of a request: read from its headers, or begun, when a span or the log first needs it. */
export function traceOf(c: RequestContext): Trace {
  const trace = c.get('trace') ?? readTrace(c.req.header('traceparent'), c.req.header('tracestate'))
  c.set('trace', trace)
  return trace
}

/** Milliseconds by name, in the order in which the names first occurred. */
export function sumByName(spans: readonly Span[] = []): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { name, duration, accounted = duration } of spans)
    sums.set(name, (sums.get(name) ?? 0) + accounted)
  return sums
}

/** Collects the spans of a request, and sums them up in `Server-Timing`. https://www.w3.org/TR/server-timing/ */
export const collectSpans = createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
  const start = arrivalOf(c)
  const duration = performance.now() - start
  const spans: Span[] = duration < 1 ? [] : [{ name: 'loop', kind: 'internal', start, duration }]
  c.set('spans', spans)
  await next()
  for (const [name, milliseconds] of sumByName(spans)) setMetric(c, name, milliseconds)
})
