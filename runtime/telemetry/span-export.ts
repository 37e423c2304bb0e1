/**
 * Sends the spans of each request to an OpenTelemetry collector, as OTLP over HTTP. Loaded only if a collector is set;
 * the exporter itself reads the `OTEL_EXPORTER_OTLP_…` variables.
 */
import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { arrivalOf } from '../http/arrival.ts'
import type { Config } from '../settings/config.ts'
import { newSpanId, requestIdOf, traceOf } from './propagation.ts'
import { createSpanDelivery, type DeliveryOptions } from './span-delivery.ts'
import {
  attributesOf,
  type Delivered,
  kinds,
  messageAttributes,
  nameOf,
  processAttributes,
  systemOf,
} from './span-names.ts'
import type { RequestContext, Span, Trace } from './spans.ts'
import { clockOrigin } from './wall-clock.ts'

export type SpanExportOptions = DeliveryOptions & { service: string; broker: Config['BROKER'] }

/** `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. */
const ofEnvironment = [resourceAttributesEnvDetector, serviceNameEnvDetector]

const scope = { name: 'lockstep' }
const sampled = 1

/** Seconds and nanoseconds since the epoch. */
function toHrTime(milliseconds: number): HrTime {
  const sinceEpoch = clockOrigin() + milliseconds
  const seconds = Math.floor(sinceEpoch / 1000)
  return [seconds, Math.round((sinceEpoch - seconds * 1000) * 1e6)]
}

const toDuration = (milliseconds: number): HrTime => [
  Math.floor(milliseconds / 1000),
  Math.round((milliseconds % 1000) * 1e6),
]

// An estimate that may begin before the caller has sent the request: as a span it would not nest.
const loopWaitOf = (c: RequestContext) =>
  c.get('spans')?.find(({ name }) => name === 'loop')?.duration ?? 0

/** Exports what requests record; `close` sends what is left. */
export function createSpanExport({ service, broker, ...options }: SpanExportOptions) {
  const { deliver, close } = createSpanDelivery(options)
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'lockstep',
    'service.instance.id': crypto.randomUUID(),
  }).merge(detectResources({ detectors: ofEnvironment }))

  type Exported = Pick<ReadableSpan, 'name' | 'kind' | 'attributes'> &
    Pick<Span, 'start' | 'duration' | 'error'> & { id: string; parent: string | undefined }

  function send(trace: Trace, { id, parent, start, duration, error, ...span }: Exported): void {
    const { traceId, flags } = trace
    const context = { traceId, traceFlags: Number.parseInt(flags, 16) }
    deliver({
      ...span,
      spanContext: () => ({ ...context, spanId: id }),
      ...(parent !== undefined && { parentSpanContext: { ...context, spanId: parent } }),
      startTime: toHrTime(start),
      endTime: toHrTime(start + duration),
      duration: toDuration(duration),
      status: { code: error === undefined ? SpanStatusCode.UNSET : SpanStatusCode.ERROR },
      attributes: {
        ...span.attributes,
        ...systemOf(span.attributes, broker),
        ...(error !== undefined && { 'error.type': error }),
      },
      resource,
      instrumentationScope: scope,
      ended: true,
      links: [],
      events: [],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    })
  }

  function sendRequest(c: RequestContext, route: string, start: number): void {
    const { method, path } = c.req
    const trace = traceOf(c)
    const { message } = arrivalOf(c)
    send(trace, {
      id: trace.spanId,
      parent: trace.parentId,
      name: message ? `process ${message.queue}` : `${method} ${route}`,
      kind: message ? SpanKind.CONSUMER : SpanKind.SERVER,
      start,
      duration: performance.now() - start,
      error: c.res.status >= 500 ? String(c.res.status) : undefined,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': c.res.status,
        'url.path': path,
        'url.scheme': 'http',
        'lockstep.request_id': requestIdOf(c),
        'lockstep.loop_wait_ms': loopWaitOf(c),
        ...(message && processAttributes(message)),
      },
    })
    if (message) sendWait(trace, message, start)
  }

  /** The time of a message in its queue: between its publication and its delivery. */
  function sendWait(trace: Trace, message: Delivered, end: number): void {
    const start = Math.min(end, Date.parse(message.envelope.time) - clockOrigin())
    send(trace, {
      id: newSpanId(),
      parent: trace.parentId,
      name: `wait ${message.queue}`,
      kind: SpanKind.INTERNAL,
      start,
      duration: end - start,
      error: undefined,
      attributes: messageAttributes(message),
    })
  }

  const sendPart = (trace: Trace, span: Span) =>
    send(trace, {
      id: span.id ?? newSpanId(),
      parent: span.parent ?? trace.spanId,
      name: nameOf(span),
      kind: kinds[span.kind],
      start: span.start,
      duration: span.duration,
      error: span.error,
      attributes: attributesOf(span),
    })

  return {
    /** Sends a request and its parts once it has been answered, if its trace is sampled. */
    exportSpans(c: RequestContext, route: string, start: number): void {
      const trace = traceOf(c)
      if ((Number.parseInt(trace.flags, 16) & sampled) === 0) return
      sendRequest(c, route, start)
      for (const span of c.get('spans') ?? []) if (span.name !== 'loop') sendPart(trace, span)
    },
    close,
  }
}

export type SpanExport = ReturnType<typeof createSpanExport>
