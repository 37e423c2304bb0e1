import { HttpError } from '../../functions/http/refusal.ts'
import { ClientLeftError } from './arrival.ts'

// How much of an oversized body to drain, as a multiple of the limit, so that the connection can be
// reused.
const drainFactor = 16

type Limits = {
  maxBytes: number
  timeoutMs: number
  /** Reserves memory until the end of the request. */
  take: (bytes: number) => void
  refuse: (reason: 'too_large' | 'too_slow') => HttpError
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

/**
 * Reads a body as its chunks arrive.
 * @throws HttpError 408, 413 or 503, or ClientLeftError
 */
export async function readLargeBody(
  stream: ReadableStream<Uint8Array>,
  limits: Limits,
): Promise<Buffer<ArrayBuffer>> {
  const reader: Reader = stream.getReader()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    cancel(reader)
  }, limits.timeoutMs)
  try {
    const body = await readAtMost(reader, limits)
    if (isLate) throw limits.refuse('too_slow')
    reader.releaseLock()
    return body
  } catch (error) {
    cancel(reader)
    throw error instanceof HttpError ? error : new ClientLeftError()
  } finally {
    clearTimeout(timer)
  }
}

/** The whole of a body, or as much of it as there is when its reader is cancelled. */
async function readAtMost(
  reader: Reader,
  { maxBytes, take, refuse }: Limits,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes * drainFactor) break
    if (size > maxBytes) continue
    take(value.length)
    chunks.push(value)
  }
  if (size > maxBytes) throw refuse('too_large')
  return Buffer.concat(chunks)
}

const cancel = (reader: Reader): void => void reader.cancel().catch(() => {})
