import { type $Fetch, createFetch } from 'ofetch'
import type { Logger } from 'pino'
import type { Metrics } from '../telemetry/metrics.ts'
import { remainingHeader, remainingTime } from '../telemetry/propagation.ts'
import { type Send, sendWithFetch } from './exchange.ts'
import { logFailures, measured } from './observe-calls.ts'
import { openTransport, type TransportOptions } from './transport.ts'

export type ClientOptions = {
  /** The callee's function name: what metrics and `Server-Timing` call it. */
  target: string
  baseURL: string
  metrics: Metrics
  /** Logs the calls that fail. */
  logger: Logger
  /** Limit of one call, in milliseconds. */
  timeoutMs?: number
  /** Calls on the wire at once; the rest wait their turn. */
  connections?: number
  /** The addresses of the callee's name. */
  resolve?: TransportOptions['resolve']
}

export type Client = { fetch: $Fetch; close: () => Promise<void> }

// Bun puts a stub in place of undici, whose requests answer null; its own fetch is fast and pools
// by itself.
const onBun = 'Bun' in globalThis

/**
 * An ofetch client over its own connections. No retries: they would distort the measurements.
 * Propagates request id and
 * trace, and records the duration in metrics and `Server-Timing`.
 */
export function createClient({
  target,
  baseURL,
  metrics,
  logger,
  timeoutMs = 10_000,
  connections = 50,
  resolve,
}: ClientOptions): Client {
  // From the start, so that a rate does not miss the first call.
  metrics.callDuration.zero({ target, outcome: '2xx' })
  const { origin, pathname } = new URL(baseURL)
  const transport = onBun
    ? undefined
    : openTransport({ baseURL, connections, ...(resolve && { resolve }) })
  const send = measured(transport?.send ?? sendWithFetch, target, metrics)
  const calling = createFetch({
    fetch: fetchOver(send, timeoutMs),
    Headers,
    AbortController,
  }).create({ baseURL: origin + pathname, retry: false, responseType: 'json' })
  return {
    fetch: logFailures(calling, target, logger),
    close: async () => transport?.close(),
  }
}

/**
 * Enough of fetch for ofetch and JSON. A call takes `timeoutMs` at most, and never longer than the
 * caller will wait; the limit is sent to the callee.
 */
const fetchOver =
  (send: Send, timeoutMs: number): typeof fetch =>
  async (url, { method = 'GET', headers, body, signal } = {}) => {
    const caller = signal ?? undefined
    const limitMs = Math.ceil(Math.min(timeoutMs, caller ? remainingTime() : Infinity))
    const { status, text } = await send({
      url: String(url),
      method,
      // ofetch makes them for each call, so they are not copied first.
      headers: { ...Object.fromEntries(headers as Headers), [remainingHeader]: String(limitMs) },
      body: body as string | undefined,
      limitMs,
      caller,
    })
    return { status, statusText: '', body: text, text: async () => text } as unknown as Response
  }
