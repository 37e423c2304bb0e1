/** One request of each scenario, drawn from the spans that its services export. */
import { ofetch } from 'ofetch'
import { type Scenario, scenarios } from '../../model/scenarios.ts'
import { type CollectedSpan, openCollector } from '../collector.ts'
import type { Waterfall, WaterfallSpan } from '../measurement.ts'
import { type MeasuredLabOptions, openMeasuredLab } from './measured-lab.ts'

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

/** The trace of the n-th warm request; the first ones open connections. */
const traceIdOf = (scenario: number, attempt: number) =>
  `${scenario}${attempt}`.padStart(32, '7').slice(-32)

const warmRequests = 3

async function play(scenario: Scenario, url: string): Promise<void> {
  for (let attempt = 1; attempt <= warmRequests; attempt++) {
    const { path, body } = scenario.request({ unique: crypto.randomUUID(), count: attempt })
    const traceparent = `00-${traceIdOf(scenario.number, attempt)}-${'b7ad6b7169203331'}-01`
    const { method } = scenario
    await ofetch(url + path, { method, headers: { traceparent }, body, ignoreResponseError: true })
  }
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
    for (const scenario of scenarios) await play(scenario, lab.urls[scenario.function])
  } finally {
    // The services export what they still have when they end.
    await lab.close()
    collector.close()
  }
  return scenarios.map(({ number }) => {
    const traceId = traceIdOf(number, warmRequests)
    return waterfallOf(
      number,
      collector.spans.filter((span) => span.traceId === traceId),
    )
  })
}
