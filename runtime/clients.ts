import { type $Fetch, createFetch } from 'ofetch'
import type { Logger } from 'pino'
import { remainingHeader, remainingTime } from './admission/remaining-time.ts'
import { logFailures } from './telemetry/call-log.ts'
import { measured } from './telemetry/calls.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { openTransport, type Transport, type TransportOptions } from './transport.ts'

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
  const transport = onBun
    ? undefined
    : openTransport({ baseURL, connections, ...(resolve && { resolve }) })
  const bare = transport ? fetchOver(transport) : fetchWhole
  const timed = limited(measured(bare, target, metrics), timeoutMs)
  const calling = createFetch({ fetch: timed, Headers, AbortController })
  return {
    fetch: logFailures(calling.create({ baseURL, retry: false }), target, logger),
    close: async () => transport?.close(),
  }
}

/**
 * Limits a call to `timeoutMs`, and to the caller's remaining time if the call ends with its
 * caller. Sends the limit to
 * the callee. ofetch ignores its timeout if it has a signal, so both are combined here. Not with
 * `AbortSignal.timeout`:
 * its timer retains the call's objects until it fires.
 */
const limited =
  (send: typeof fetch, timeoutMs: number): typeof fetch =>
  async (input, init) => {
    const caller = init?.signal ?? undefined
    const limitMs = Math.ceil(Math.min(timeoutMs, caller ? remainingTime() : Infinity))
    const headers = new Headers(init?.headers)
    headers.set(remainingHeader, String(limitMs))
    const limit = new AbortController()
    const timer = setTimeout(
      () => limit.abort(new DOMException('The call took too long', 'TimeoutError')),
      limitMs,
    )
    const leave = () => limit.abort(caller?.reason)
    caller?.addEventListener('abort', leave)
    if (caller?.aborted) leave()
    try {
      return await send(input, { ...init, headers, signal: limit.signal })
    } finally {
      clearTimeout(timer)
      caller?.removeEventListener('abort', leave)
    }
  }

/**
 * Enough of fetch for JSON calls. Answers are read whole, which spares fetch's streams and their
 * garbage.
 */
const fetchOver =
  (transport: Transport): typeof fetch =>
  async (input, init) => {
    const { pathname, search } = new URL(String(input))
    const { statusCode, headers, body } = await transport.request({
      path: pathname + search,
      method: (init?.method ?? 'GET') as 'GET' | 'POST',
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: (init?.body as string | undefined) ?? null,
      signal: init?.signal ?? null,
    })
    return new Response(await body.text(), {
      status: statusCode,
      headers: headers as Record<string, string>,
    })
  }

// Calls are direct, as they are over undici: Bun would take the proxy of the environment
// otherwise.
const direct = { proxy: false }

/**
 * The runtime's own fetch, which returns when the answer has arrived whole, so that its limit holds
 * for all of it.
 */
const fetchWhole: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, ...direct })
  return new Response(await response.text(), { status: response.status, headers: response.headers })
}
