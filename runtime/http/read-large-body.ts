import type { RequestContext } from '../telemetry/spans.ts'
import { ClientLeftError } from './abandoned.ts'
import { type Bodies, BodyRefusedError } from './bodies.ts'

/**
 * How much of an oversized body to drain, as a multiple of the limit, so that the connection can be
 * reused.
 */
const patience = 16

/** A body that is about to be read. */
export type Reading = {
  c: RequestContext
  bodies: Bodies
  maxBytes: number
  timeoutMs: number
  /** Reserves memory until the end of the request. */
  take: (bytes: number) => void
}

/**
 * Reads a body as its chunks arrive, and puts a request with the whole of it in place of the one
 * that it came with.
 * @throws BodyRefusedError or ClientLeftError
 */
export async function readLarge(reading: Reading): Promise<void> {
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
