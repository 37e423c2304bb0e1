/** What is recorded of a call to another service: metrics, a span, and the headers that carry the trace on. */
import type { CallOutcome, Metrics } from './metrics.ts'
import { requestIdOf } from './request-id.ts'
import { currentRequest, recordSpan, type Span, traceOf } from './spans.ts'
import { newSpanId, writeTrace } from './trace.ts'

/** Passes on the request id and the trace of the request that is being answered; the call is the span `spanId` of it. */
function propagate(headers: Headers, spanId: string): void {
  const request = currentRequest()
  if (!request) return
  headers.set('x-request-id', requestIdOf(request))
  const trace = traceOf(request)
  headers.set('traceparent', writeTrace(trace, spanId))
  if (trace.state) headers.set('tracestate', trace.state)
}

/** Counts a call and records its span, under which the callee's own spans stand. */
export const measured =
  (send: typeof fetch, target: string, { callDuration, callsInProgress }: Metrics): typeof fetch =>
  async (input, init) => {
    const start = performance.now()
    const id = newSpanId()
    const headers = new Headers(init?.headers)
    propagate(headers, id)
    let outcome: CallOutcome = 'unreachable'
    let response: Response | undefined
    callsInProgress.inc({ target })
    try {
      response = await send(input, { ...init, headers })
      outcome = `${Math.floor(response.status / 100)}xx` as CallOutcome
      return response
    } catch (error) {
      outcome = init?.signal?.aborted ? abortOutcome(init.signal.reason) : 'unreachable'
      throw error
    } finally {
      callsInProgress.dec({ target })
      callDuration.observe({ target, outcome }, (performance.now() - start) / 1000)
      recordSpan({
        ...callSpan(String(input), init?.method, response, outcome),
        name: target,
        id,
        start,
      })
    }
  }

/** A call by the semantic conventions of HTTP clients. https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function callSpan(
  url: string,
  method = 'GET',
  response: Response | undefined,
  outcome: CallOutcome,
): Partial<Span> {
  const error = response && response.status < 400 ? undefined : String(response?.status ?? outcome)
  return {
    kind: 'client',
    error,
    callee: response?.headers.get('server-timing') ?? undefined,
    attributes: {
      'http.request.method': method,
      'url.full': url,
      ...(response && { 'http.response.status_code': response.status }),
    },
  }
}

/** A signal is aborted by the time limit or by a client that left. */
const abortOutcome = (reason: unknown): CallOutcome =>
  reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'abandoned'
