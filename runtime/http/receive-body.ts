import { createMiddleware } from 'hono/factory'
import { headerOf } from '../../functions/http/header.ts'
import { noteDeadline } from '../admission/remaining-time.ts'
import { type RequestContext, type RequestVariables, recordSpan } from '../telemetry/spans.ts'
import type { MaybePromise } from '../when.ts'
import { ClientLeftError, hasLeft } from './abandoned.ts'
import { listenerOf } from './arrival.ts'
import type { Bodies } from './bodies.ts'
import { type Reading, readLarge } from './read-large-body.ts'

// Up to this size, a body takes the memory that it declares and is read in the fastest way. A
// larger one takes what has arrived of
// it: a client that declares much and sends little must not fill the buffer.
const smallBytes = 4096

/**
 * Receives a request's whole body before anything else is done for it, so that slots and their
 * queue are for complete requests. Returns the memory that it takes, in bytes, which the caller
 * gives back when the request has ended.
 * A body of more than `maxBytes` is refused with 413: by its declared length if it has one, which
 * costs nothing; otherwise while
 * it arrives. A body that does not arrive in time is refused with 408, and one that finds the
 * buffer full with 503.
 *
 * Hono's own limit builds a whole Request first, which halves the rate of clicks, and stops in the
 * middle of a chunked body,
 * which breaks the next request on its connection.
 */
export const bodyReceiver =
  (bodies: Bodies, maxBytes: number) =>
  (c: RequestContext): MaybePromise<number> => {
    // It may have left while its request waited for the event loop.
    if (hasLeft(c)) throw new ClientLeftError()
    const remainingMs = noteDeadline(c)
    const isChunked = headerOf(c, 'transfer-encoding') !== undefined
    const length = isChunked ? undefined : Number(headerOf(c, 'content-length') ?? 0)
    if (length === 0) return 0
    if (length !== undefined && length > maxBytes) throw bodies.refuse('too_large')
    const { incoming, text } = listenerOf(c)
    if (incoming?.rawBody) return takeEarly(c, bodies, incoming.rawBody)
    if (text !== undefined) keepText(c, text)
    if (typeof text === 'string' && length !== undefined) {
      bodies.take(length)
      c.set('bodyText', text)
      return length
    }
    const timeoutMs = Math.min(bodies.timeoutMs, remainingMs)
    return receive({ c, bodies, maxBytes, timeoutMs }, length)
  }

/** Leaves a text that the listener reads to whatever asks for the body later. */
function keepText({ req }: RequestContext, text: string | Promise<string>): void {
  // Hono keeps promises here, and declares what they give.
  const { bodyCache }: { bodyCache: { text?: unknown } } = req
  bodyCache.text = Promise.resolve(text)
}

/** Takes a body that came with its headers. */
function takeEarly(c: RequestContext, bodies: Bodies, body: Buffer): number {
  bodies.take(body.length)
  c.set('bodyText', textOf(body))
  return body.length
}

// As a Request reads it: without its byte order mark.
const textOf = (body: Buffer): string =>
  body[0] === 0xef ? new TextDecoder().decode(body) : body.toString()

/** The same as a middleware. */
export function receiveBody(bodies: Bodies, maxBytes: number) {
  const receiveFor = bodyReceiver(bodies, maxBytes)
  return createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
    const held = await receiveFor(c)
    try {
      await next()
    } finally {
      bodies.giveBack(held)
    }
  })
}

async function receive(request: Omit<Reading, 'take'>, length?: number): Promise<number> {
  const { c, bodies } = request
  let held = 0
  const take = (bytes: number) => {
    bodies.take(bytes)
    held += bytes
  }
  const reading = { ...request, take }
  const start = performance.now()
  try {
    if (length !== undefined && length <= smallBytes) await readSmall(reading, length)
    else await readLarge(reading)
  } catch (error) {
    bodies.giveBack(held)
    throw error
  }
  // Most bodies arrive with their headers.
  if (performance.now() - start >= 1) recordSpan({ name: 'body', start }, c)
  return held
}

/** Hono keeps the text, so that whatever asks for the body later finds it. */
function readSmall({ c, bodies, timeoutMs, take }: Reading, length: number): Promise<void> {
  take(length)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(bodies.refuse('too_slow')), timeoutMs)
    c.req.text().then(
      (text) => {
        clearTimeout(timer)
        c.set('bodyText', text)
        resolve()
      },
      () => {
        clearTimeout(timer)
        reject(new ClientLeftError())
      },
    )
  })
}
