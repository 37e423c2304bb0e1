import { type $Fetch, createFetch, FetchError } from 'ofetch'
import type { Logger } from 'pino'
import type { CallOutcome, Metrics } from '../telemetry/metrics.ts'
import {
  newSpanId,
  remainingHeader,
  remainingTime,
  requestIdOf,
  traceOf,
  writeTrace,
} from '../telemetry/propagation.ts'
import { currentRequest, recordSpan, type Span } from '../telemetry/spans.ts'
import { type Answer, type Outgoing, type Send, sendWithFetch } from './exchange.ts'
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

/** Passes on the request id and the trace of the request that is being answered; the call is the span `spanId` of it. */
function propagate(headers: Record<string, string>, spanId: string): void {
  const request = currentRequest()
  if (!request) return
  headers['x-request-id'] = requestIdOf(request)
  const trace = traceOf(request)
  headers.traceparent = writeTrace(trace, spanId)
  if (trace.state) headers.tracestate = trace.state
}

/** Counts a call and records its span, under which the callee's own spans stand. */
const measured =
  (send: Send, target: string, { callDuration, callsInProgress }: Metrics): Send =>
  async (call) => {
    const start = performance.now()
    const id = newSpanId()
    propagate(call.headers, id)
    let outcome: CallOutcome = 'unreachable'
    let answer: Answer | undefined
    callsInProgress.inc({ target })
    try {
      answer = await send(call)
      outcome = `${Math.floor(answer.status / 100)}xx` as CallOutcome
      return answer
    } catch (error) {
      outcome = failureOf(call, error)
      throw error
    } finally {
      callsInProgress.dec({ target })
      callDuration.observe({ target, outcome }, (performance.now() - start) / 1000)
      recordSpan({ ...callSpan(call, answer, outcome), name: target, id, start })
    }
  }

/** A call by the semantic conventions of HTTP clients. https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function callSpan(
  { url, method }: Outgoing,
  answer: Answer | undefined,
  outcome: CallOutcome,
): Partial<Span> {
  const error = answer && answer.status < 400 ? undefined : String(answer?.status ?? outcome)
  return {
    kind: 'client',
    error,
    callee: answer?.header('server-timing'),
    attributes: {
      'http.request.method': method,
      'url.full': url,
      ...(answer && { 'http.response.status_code': answer.status }),
    },
  }
}

/** A call without an answer: its time was over, its caller left, or its connection failed. */
function failureOf({ caller }: Outgoing, error: unknown): CallOutcome {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout'
  return caller?.aborted ? 'abandoned' : 'unreachable'
}

// A callee answers these by design. Any other 4xx means that the call itself was wrong.
const designed = [400, 409]

/** Why a call failed: as its metrics count it, or a success response that breaks the contract. */
type LoggedOutcome = CallOutcome | 'broken_contract'

function outcomeOf(error: unknown, signal?: AbortSignal | null): LoggedOutcome {
  if (!(error instanceof FetchError)) return 'broken_contract'
  if (error.status !== undefined) return `${Math.floor(error.status / 100)}xx` as CallOutcome
  if (signal?.aborted) return 'abandoned'
  const isTimeout = error.cause instanceof Error && error.cause.name === 'TimeoutError'
  return isTimeout ? 'timeout' : 'unreachable'
}

/** The innermost cause. Some errors of the network have a code only. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return causeOf(error.cause)
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name)
}

/** Logs each failed call once: at `warn`, or at `debug` if it was given up because the client left. */
function logFailures(fetch: $Fetch, target: string, logger: Logger): $Fetch {
  function log(error: unknown, signal?: AbortSignal | null): void {
    if (error instanceof FetchError && designed.includes(error.status ?? 0)) return
    const outcome = outcomeOf(error, signal)
    const request = currentRequest()
    logger[outcome === 'abandoned' ? 'debug' : 'warn'](
      {
        request_id: request && requestIdOf(request),
        trace_id: request && traceOf(request).traceId,
        target,
        outcome,
        cause: causeOf(error),
      },
      'call failed',
    )
  }
  const logged = async (...[request, options]: Parameters<$Fetch>) => {
    try {
      return await fetch(request, options)
    } catch (error) {
      log(error, options?.signal)
      throw error
    }
  }
  return Object.assign(logged, fetch) as $Fetch
}
