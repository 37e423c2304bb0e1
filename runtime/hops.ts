import type { Context } from 'hono'
import { tryGetContext } from 'hono/context-storage'
import { createMiddleware } from 'hono/factory'
import { setMetric, type TimingVariables } from 'hono/timing'
import { readTrace, type Trace } from './trace.ts'

export type HopVariables = TimingVariables & {
  requestId: string
  trace?: Trace
  hops?: Map<string, number>
  deadline?: number
}

type HopContext = Context<{ Variables: HopVariables }>

/** The request that is being answered, where there is one. */
export const currentRequest = (): HopContext | undefined =>
  tryGetContext<{ Variables: HopVariables }>()

/** Adds to the time that the current request spent in `name`, in milliseconds. */
export function addHop(name: string, milliseconds: number): void {
  const hops = currentRequest()?.get('hops')
  hops?.set(name, (hops.get(name) ?? 0) + milliseconds)
}

/** The trace that a request belongs to, read or begun when a hop or the log first asks for it. */
export function traceOf(c: HopContext): Trace {
  const trace = c.get('trace') ?? readTrace(c.req.header('traceparent'), c.req.header('tracestate'))
  c.set('trace', trace)
  return trace
}

/** Collects where a request's time goes, and says so in `Server-Timing` beside the total. https://www.w3.org/TR/server-timing/ */
export const collectHops = createMiddleware<{ Variables: HopVariables }>(async (c, next) => {
  const hops = new Map<string, number>()
  c.set('hops', hops)
  await next()
  for (const [name, milliseconds] of hops) setMetric(c, name, milliseconds)
})
