import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import type { Level, Logger } from 'pino'
import { isUnavailable } from '../db/connect.ts'
import { type HopVariables, traceOf } from './hops.ts'
import { SlotRefusedError } from './slots.ts'

export type RequestLogOptions = {
  logger: Logger
  /** The level of a request that went as designed. */
  level?: Level
}

/** Refusals are what a client or the load can bring about; anything else that is thrown is a fault of ours. */
const isRefusal = (error: Error) =>
  error instanceof SlotRefusedError ||
  isUnavailable(error) ||
  (error instanceof HTTPException && (error.status < 500 || error.status === 503))

const roundToMicroseconds = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000

/** One line per request: designed outcomes at `level`, refusals at `warn`, faults at `error` with their cause. */
export const requestLog = ({ logger, level = 'info' }: RequestLogOptions) =>
  createMiddleware<{ Variables: HopVariables }>(async (c, next) => {
    const start = performance.now()
    await next()
    const { error } = c
    const refused = error ? isRefusal(error) : c.res.status === 404 || c.res.status === 405 || c.res.status === 422
    const at = refused ? 'warn' : error ? 'error' : level
    if (!logger.isLevelEnabled(at)) return
    const hops = [...(c.get('hops') ?? [])].map(([name, milliseconds]) => [name, roundToMicroseconds(milliseconds)])
    logger[at](
      {
        request_id: c.get('requestId'),
        trace_id: traceOf(c).traceId,
        method: c.req.method,
        path: c.req.path,
        handler: routePath(c, -1),
        status: c.res.status,
        ms: roundToMicroseconds(performance.now() - start),
        hops_ms: Object.fromEntries(hops),
        ...(error && { err: error }),
      },
      refused ? 'request refused' : error ? 'request failed' : 'request served',
    )
  })
