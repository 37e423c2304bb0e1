/**
 * What is recorded of a call to another service: metrics, a span, a log line if it fails, and the
 * headers that carry the trace on.
 */
import { type $Fetch, FetchError } from 'ofetch'
import type { Logger } from 'pino'
import type { CallOutcome, Metrics } from '../telemetry/metrics.ts'
import { newSpanId, requestIdOf, traceOf, writeTrace } from '../telemetry/propagation.ts'
import { currentRequest, recordSpan, type Span } from '../telemetry/spans.ts'
import type { Answer, Outgoing, Send } from './exchange.ts'

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
export const measured =
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
export function logFailures(fetch: $Fetch, target: string, logger: Logger): $Fetch {
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
