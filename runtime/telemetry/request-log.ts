import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Level, Logger } from 'pino'
import { isUnavailable } from '../../db/connection/unavailable.ts'
import { CallError } from '../../functions/http/call.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import { arrivalOf, isAbandoned, isLeaving } from '../http/arrival.ts'
import { requestIdOf, traceOf } from './propagation.ts'
import { type RequestContext, sumByName } from './spans.ts'

export type RequestLogOptions = {
  logger: Logger
  /** The level of a request that went as designed. */
  level?: Level
}

/** Clients and load cause refusals. Any other error is a fault of the service. */
const isRefusal = (error: Error) =>
  error instanceof SlotRefusedError ||
  isUnavailable(error) ||
  (error instanceof HTTPException && (error.status < 500 || error.status === 503))

/** Whether to log an error. If the client has left, only a fault is of interest. */
const tells = (c: Context, error: Error) =>
  !isAbandoned(c) || !(isLeaving(error) || isRefusal(error) || error instanceof CallError)

const roundToMicroseconds = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000

/** The level and the message of a request's line. */
function judge(c: Context, served: Level): { at: Level; words: string } {
  const { error, res } = c
  if (isAbandoned(c)) return { at: 'warn', words: 'request abandoned: its client left' }
  if (error ? isRefusal(error) : [404, 405, 422].includes(res.status))
    return { at: 'warn', words: 'request refused' }
  return error ? { at: 'error', words: 'request failed' } : { at: served, words: 'request served' }
}

/** What the log says of an answered request beside what its context has. */
type Answered = { handler: string; ms: number }

function lineOf(c: RequestContext, { handler, ms }: Answered) {
  const hops = [...sumByName(c.get('spans'))].map(([name, milliseconds]) => [
    name,
    roundToMicroseconds(milliseconds),
  ])
  const { message } = arrivalOf(c)
  return {
    request_id: requestIdOf(c),
    trace_id: traceOf(c).traceId,
    method: c.req.method,
    path: c.req.path,
    handler,
    ...(message && { queue: message.queue, message_id: message.envelope.id }),
    status: c.res.status,
    ms: roundToMicroseconds(ms),
    hops_ms: Object.fromEntries(hops),
    ...(c.error && tells(c, c.error) && { err: c.error }),
  }
}

/**
 * One line per request: designed outcomes at `level`, refusals and clients that left at `warn`,
 * faults at `error` with their cause.
 * At `trace` also one as it arrives, so that a request that was accepted and never answered can be
 * found.
 */
export const createRequestLog = ({ logger, level = 'info' }: RequestLogOptions) => ({
  arrived(c: RequestContext): void {
    if (logger.isLevelEnabled('trace'))
      logger.trace({ request_id: requestIdOf(c) }, 'request arrived')
  },
  answered(c: RequestContext, answered: Answered): void {
    const { at, words } = judge(c, level)
    if (logger.isLevelEnabled(at)) logger[at](lineOf(c, answered), words)
  },
})
