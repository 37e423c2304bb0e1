import { createMiddleware } from 'hono/factory'
import { headerOf } from '../../functions/header.ts'
import { noteDeadline } from '../admission/remaining-time.ts'
import { type RequestContext, type RequestVariables, recordSpan } from '../telemetry/spans.ts'
import type { MaybePromise } from '../when.ts'
import { ClientLeftError, hasLeft } from './abandoned.ts'
import { listenerOf } from './arrival.ts'
import { type Bodies, BodyRefusedError } from './bodies.ts'

/**
 * How much of an oversized body to drain, as a multiple of the limit, so that the connection can be
 * reused.
 */
const patience = 16

// Up to this size, a body takes the memory that it declares and is read in the fastest way. A
// larger one takes what has arrived of
// it: a client that declares much and sends little must not fill the buffer.
const smallBytes = 4096

type Reading = {
  c: RequestContext
  bodies: Bodies
  maxBytes: number
  timeoutMs: number
  /** Reserves memory until the end of the request. */
  take: (bytes: number) => void
}

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
    const early = listenerOf(c).incoming?.rawBody
    if (early) return takeEarly(c, bodies, early)
    const timeoutMs = Math.min(bodies.timeoutMs, remainingMs)
    return receive({ c, bodies, maxBytes, timeoutMs }, length)
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

async function readLarge(reading: Reading): Promise<void> {
  const { c, bodies, timeoutMs } = reading
  if (!c.req.raw.body) return
  const reader = c.req.raw.body.getReader()
  let late = false
  const timer = setTimeout(() => {
    late = true
    cancel(reader)
  }, timeoutMs)
  try {
    const body = await readAtMost(reader, reading)
    if (late) throw bodies.refuse('too_slow')
    reader.releaseLock()
    c.req.raw = new Request(c.req.raw, { body })
  } catch (error) {
    cancel(reader)
    throw error instanceof BodyRefusedError ? error : new ClientLeftError()
  } finally {
    clearTimeout(timer)
  }
}

/** The whole of a body, or as much of it as there is when its reader is cancelled. */
async function readAtMost(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { bodies, maxBytes, take }: Reading,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes * patience) break
    if (size > maxBytes) continue
    take(value.length)
    chunks.push(value)
  }
  if (size > maxBytes) throw bodies.refuse('too_large')
  return Buffer.concat(chunks)
}

/** What is left of a body is of no interest. */
const cancel = (reader: ReadableStreamDefaultReader<Uint8Array>): void =>
  void reader.cancel().catch(() => {})
