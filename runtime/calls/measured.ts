/** What is recorded of a call to another service: metrics, a span, and the headers that carry the trace on. */

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
