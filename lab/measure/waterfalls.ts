/** One request of each scenario, drawn from the spans that its services export. */
import { ofetch } from 'ofetch'
import { type Scenario, scenarios } from '../../model/scenarios.ts'
import { type CollectedSpan, openCollector } from '../collector.ts'
import type { Waterfall, WaterfallSpan } from '../measurement.ts'
import { within } from '../within.ts'
import { type MeasuredLab, type MeasuredLabOptions, openMeasuredLab } from './measured-lab.ts'

const msOf = (nanoseconds: string, since: bigint) => Number(BigInt(nanoseconds) - since) / 1e6

function drawSpan(span: CollectedSpan, since: bigint): WaterfallSpan {
  const { spanId: id, parentSpanId, service, name, status } = span
  const startMs = msOf(span.startTimeUnixNano, since)
  const durationMs = msOf(span.endTimeUnixNano, since) - startMs
  return {
    id,
    ...(parentSpanId && { parent: parentSpanId }),
    service,
    name,
    startMs,
    durationMs,
    ...(status?.code === 2 && { error: status.message || 'failed' }),
  }
}

function waterfallOf(scenario: number, spans: CollectedSpan[]): Waterfall {
  const starts = spans.map(({ startTimeUnixNano }) => BigInt(startTimeUnixNano))
  const since = starts.reduce((least, start) => (start < least ? start : least), starts[0] ?? 0n)
  const drawn = spans.map((span) => drawSpan(span, since))
  return { scenario, spans: drawn.sort((a, b) => a.startMs - b.startMs) }
}

export const traceIdOf = (scenario: number, attempt: number) =>
  `${scenario}${String(attempt).padStart(4, '0')}`.padStart(32, '7')

// The first ones open connections and are compiled; of the last ones, the median is typical.
const lengths = { quick: { requests: 200, last: 21 }, waiting: { requests: 3, last: 3 } }

const lengthOf = ({ waitsFor }: Scenario) => (waitsFor ? lengths.waiting : lengths.quick)

async function play(scenario: Scenario, { urls, longestSeconds }: MeasuredLab, stop?: AbortSignal) {
  const url = urls[scenario.function]
  for (let attempt = 1; attempt <= lengthOf(scenario).requests; attempt++) {
    const { path, body } = scenario.request({ unique: crypto.randomUUID(), count: attempt })
    const traceparent = `00-${traceIdOf(scenario.number, attempt)}-${'b7ad6b7169203331'}-01`
    await ofetch(url + path, {
      method: scenario.method,
      headers: { traceparent },
      body,
      signal: within(longestSeconds * 1000, stop),
      ignoreResponseError: true,
    })
  }
}

const endOf = ({ spans }: Waterfall) =>
  Math.max(0, ...spans.map(({ startMs, durationMs }) => startMs + durationMs))

/** The request of median length among the last ones of a scenario, as far as they were traced. */
export function typicalOf(scenario: Scenario, spans: readonly CollectedSpan[]): Waterfall {
  const { number } = scenario
  const { requests, last } = lengthOf(scenario)
  const byTrace = Map.groupBy(spans, ({ traceId }) => traceId)
  const traced = Array.from({ length: last }, (_, index) =>
    byTrace.get(traceIdOf(number, requests - index)),
  ).flatMap((trace) => (trace ? [waterfallOf(number, trace)] : []))
  const sorted = traced.toSorted((a, b) => endOf(a) - endOf(b))
  const typical = sorted[Math.floor(traced.length / 2)] ?? { scenario: number, spans: [] }
  return { ...typical, of: traced.length }
}

/**
 * Plays each scenario in a lab of its own that exports its spans, so that nothing else is measured
 * while it does.
 * @throws StartError if the lab does not start
 */
export async function recordWaterfalls(options: MeasuredLabOptions): Promise<Waterfall[]> {
  const collector = await openCollector()
  const environment = { ...options.environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const lab = await openMeasuredLab({ ...options, environment })
  try {
    for (const scenario of scenarios) await play(scenario, lab, options.signal)
  } finally {
    // The services export what they still have when they end.
    await lab.close()
    collector.close()
  }
  return scenarios.map((scenario) => typicalOf(scenario, collector.spans))
}
