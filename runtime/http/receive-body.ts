/** Receives the whole body of a request, within limits of size, time and memory. */
import { createMiddleware } from 'hono/factory'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Counter, Gauge } from 'prom-client'
import { decodeBody } from '../../functions/http/json-body.ts'
import { HttpError } from '../../functions/http/refusal.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { noteDeadline } from '../telemetry/propagation.ts'
import { type RequestContext, type RequestVariables, recordSpan } from '../telemetry/spans.ts'
import { acceptJson } from './accept-json.ts'
import { arrivalOf, ClientLeftError, hasLeft, headerOf } from './arrival.ts'
import { readLargeBody } from './read-large-body.ts'

const refusals = {
  too_large: [413, 'Request body too large'],
  too_slow: [408, 'Request body did not arrive in time'],
  buffer_full: [503, 'Too many request bodies in memory, try again later'],
} as const satisfies Record<string, [ContentfulStatusCode, string]>

/** Why a body was not received. */
export type BodyRefusal = keyof typeof refusals

/** Ends a request whose body is not received. */
export class BodyRefusedError extends HttpError {
  readonly reason: BodyRefusal

  constructor(reason: BodyRefusal) {
    const [status, detail] = refusals[reason]
    super(status, detail, { code: reason === 'buffer_full' ? 'body_buffer_full' : undefined })
    this.reason = reason
  }
}

export type BodiesOptions = {
  metrics: Metrics
  /** How long one body may take to arrive, in milliseconds. */
  timeoutMs: number
  /** Bytes that the bodies of all requests in progress may take. */
  bufferBytes: number
}

/** The bodies of all requests in progress: what bounds them, and the memory that they take. */
export function createBodies({ metrics, timeoutMs, bufferBytes }: BodiesOptions) {
  const registers = [metrics.registry]
  let held = 0
  const refused = new Counter({ ...declared.bodyRefusals, registers })
  for (const reason of Object.keys(refusals)) refused.inc({ reason }, 0)
  new Gauge({
    ...declared.bodyBuffer,
    registers,
    collect() {
      this.set(held)
    },
  })
  new Gauge({ ...declared.bodyBufferLimit, registers }).set(bufferBytes)

  /** Counts a refusal, and makes the error that ends the request. */
  function refuse(reason: BodyRefusal): BodyRefusedError {
    refused.inc({ reason })
    return new BodyRefusedError(reason)
  }

  return {
    timeoutMs,
    refuse,
    /**
     * Takes memory for a part of a body; the caller gives it back when the request has ended.
     * @throws BodyRefusedError if there is not enough of it
     */
    take(bytes: number): void {
      if (held + bytes > bufferBytes) throw refuse('buffer_full')
      held += bytes
    },
    giveBack(bytes: number): void {
      held -= bytes
    },
  }
}

export type Bodies = ReturnType<typeof createBodies>

// Up to this size, a body takes the memory that it declares and is read in the fastest way. A larger
// one takes what has arrived of it: a client that declares much and sends little must not fill the
// buffer.
const smallBytes = 4096

export type ReceiveOptions = {
  maxBytes?: number
  /** Refuses bodies of other types. */
  accept?: (c: RequestContext) => void
}

/**
 * Receives a request's body before anything else is done for it, so that slots and their queue are
 * for complete requests. A body of more than `maxBytes` is refused with 413: by its declared length
 * if it has one, otherwise while it arrives. A body that does not arrive in time is refused with
 * 408, and one that finds the buffer full with 503.
 *
 * Hono's own limit builds a whole Request first, which halves the rate of clicks, and stops in the
 * middle of a chunked body, which breaks the next request on its connection.
 */
export const receiveBody = (
  bodies: Bodies,
  { maxBytes = 1 << 20, accept = acceptJson }: ReceiveOptions = {},
) =>
  createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
    // It may have left while its request waited for the event loop.
    if (hasLeft(c)) throw new ClientLeftError()
    const timeoutMs = Math.min(bodies.timeoutMs, noteDeadline(c))
    if (c.req.method !== 'GET') accept(c)
    let held = 0
    const take = (bytes: number) => {
      bodies.take(bytes)
      held += bytes
    }
    try {
      await receive({ c, bodies, maxBytes, timeoutMs, take })
      await next()
    } finally {
      bodies.giveBack(held)
    }
  })

/** A body that is about to be read; `take` reserves memory until the end of the request. */
type Reading = {
  c: RequestContext
  bodies: Bodies
  maxBytes: number
  timeoutMs: number
  take: (bytes: number) => void
}

async function receive(reading: Reading): Promise<void> {
  const { c, bodies, maxBytes, take } = reading
  const isChunked = headerOf(c, 'transfer-encoding') !== undefined
  const length = isChunked ? undefined : Number(headerOf(c, 'content-length') ?? 0)
  if (length === 0) return
  if (length !== undefined && length > maxBytes) throw bodies.refuse('too_large')
  const { incoming, body = incoming?.rawBody } = arrivalOf(c)
  if (body instanceof Uint8Array) {
    take(body.length)
    return keepText(c, body)
  }
  const start = performance.now()
  if (length !== undefined && length <= smallBytes) keepText(c, await readSmall(reading, length))
  else if (c.req.raw.body)
    keepText(c, await readLargeBody(c.req.raw.body, { ...reading, refuse: bodies.refuse }))
  // Most bodies arrive with their headers.
  if (performance.now() - start >= 1) recordSpan({ name: 'body', start }, c)
}

/** Leaves the text of a body to whatever asks for it later. */
function keepText({ req }: RequestContext, bytes: Uint8Array | ArrayBuffer): void {
  // Hono keeps promises here, and declares what they give.
  const { bodyCache }: { bodyCache: { text?: unknown } } = req
  bodyCache.text = Promise.resolve(decodeBody(bytes))
}

function readSmall(
  { c, bodies, timeoutMs, take }: Reading,
  length: number,
): Promise<Uint8Array | ArrayBuffer> {
  take(length)
  const coming = Promise.resolve(arrivalOf(c).body ?? c.req.raw.arrayBuffer())
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(bodies.refuse('too_slow')), timeoutMs)
    coming
      .then(resolve)
      .catch(() => reject(new ClientLeftError()))
      .finally(() => clearTimeout(timer))
  })
}
