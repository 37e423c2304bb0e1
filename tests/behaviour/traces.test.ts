import type { RequestListener } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openCollector, type CollectedSpan as Span } from '../../lab/collector.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { clockToleranceMs } from '../../runtime/telemetry/wall-clock.ts'
import { createTestDatabase } from '../database.ts'
import { at, logOf, nowhere, post, runReady, sample } from './services.ts'
import { startStub } from './stub.ts'

const nsPerMs = 1e6

/** The names of a span and its descendants, in the order of their starts. */
function treeOf(spans: Span[], { spanId, service, name }: Span): unknown {
  const below = spans
    .filter(({ parentSpanId }) => parentSpanId === spanId)
    .toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))
  const title = `${service} ${name}`
  return below.length > 0 ? { [title]: below.map((span) => treeOf(spans, span)) } : title
}

const isWaiting = ({ name }: Span) => ['body', 'loop', 'pool', 'queue', 'worker'].includes(name)

test('an order is one trace over three services', async () => {
  const collector = await openCollector()
  onTestFinished(collector.close)
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const exported = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, DATABASE_URL: database.url }
  const payment = await runReady('payment', exported)
  const inventory = await runReady('inventory', exported)
  const order = await runReady('order', { ...exported, ...at(payment), ...at(inventory) })
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const { status } = await post(
    order,
    '/create_order',
    { product_id: 1, payment: 'fail' },
    { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } },
  )
  expect(status).toBe(400)
  // A service exports its remaining spans when it stops.
  await Promise.all([order.stop(), inventory.stop(), payment.stop()])

  const trace = collector.spans.filter((span) => span.traceId === traceId)
  const root = trace.find(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7')
  if (!root) expect.fail('the order has no span below its caller')
  const shown = trace.filter((span) => !isWaiting(span))
  expect(treeOf(shown, root)).toEqual({
    'orderservice POST /create_order': [
      'orderservice INSERT orders',
      {
        'orderservice POST /reserve_stock': [
          { 'inventoryservice POST /reserve_stock': expect.any(Array) },
        ],
      },
      'orderservice UPDATE order_sagas',
      {
        'orderservice POST /process_payment_fail': ['paymentservice POST /process_payment_fail'],
      },
      'orderservice UPDATE order_sagas',
      {
        'orderservice POST /compensate_stock': [
          { 'inventoryservice POST /compensate_stock': expect.any(Array) },
        ],
      },
      'orderservice UPDATE order_sagas',
    ],
  })
  for (const span of trace) {
    const parent = trace.find(({ spanId }) => spanId === span.parentSpanId)
    if (!parent) continue
    // The machine's clock may be set between the starts of two services.
    const apartNs = BigInt(parent.service === span.service ? 0 : 2 * clockToleranceMs * nsPerMs)
    const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)]
    expect(start).toBeGreaterThanOrEqual(BigInt(parent.startTimeUnixNano) - apartNs)
    expect(end).toBeLessThanOrEqual(BigInt(parent.endTimeUnixNano) + apartNs)
  }
})

/** A service that exports its spans soon, and gives up on a collector soon. */
const exporting = (url: string, environment: Record<string, string> = {}) =>
  runReady('analytics', {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '300',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    ...environment,
  })

const click = (service: RunningService) =>
  post(service, '/track_click', { user_id: 1, page: '/home' })

const dropped = (service: RunningService, reason: string) =>
  sample(service, metrics.spansDropped.name, { reason })

/** The lines of a log that are about spans. */
const linesOf = async (service: RunningService) =>
  (await logOf(service)).filter(({ msg }) => msg.includes('spans'))

const answering = (status: number, body = ''): RequestListener => {
  return (incoming, outgoing) => {
    incoming.resume()
    outgoing.writeHead(status).end(body)
  }
}

const partly = '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"too old"}}'

/** Expects two more spans to be lost for a reason. */
async function loseTwo(service: RunningService, reason: string): Promise<void> {
  const before = (await dropped(service, reason)) ?? 0
  for (const lost of [1, 2]) {
    await click(service)
    await expect.poll(() => dropped(service, reason)).toBe(before + lost)
  }
}

describe('spans that do not arrive are counted, and logged once', () => {
  test.each<[string, RequestListener | undefined, string, string]>([
    ['no listener', undefined, 'unreachable', 'ECONNREFUSED'],
    ['silence', () => {}, 'timeout', 'timed out'],
  ])('%s', async (_name, listener, reason, words) => {
    const url = listener ? (await startStub(listener)).url : nowhere
    const service = await exporting(url)
    expect(await dropped(service, reason)).toBe(0)
    await loseTwo(service, reason)
    const lines = await linesOf(service)
    expect(lines).toMatchObject([{ level: 'warn', reason, collector: `${url}/v1/traces` }])
    expect(lines[0]?.msg).toContain(words)
  })

  test('refusals, each until spans arrive again', async () => {
    let answer = answering(200)
    const { url } = await startStub((...exchange) => answer(...exchange))
    const service = await exporting(url)
    const again = { level: 'info', msg: 'spans arrive again' }
    const lines: object[] = []
    for (const [refusal, reason, words] of [
      [answering(404), 'refused', '404 Not Found'],
      [answering(400), 'refused', '400 Bad Request'],
      [answering(503), 'refused', '503'],
      [answering(429), 'refused', '429'],
      [answering(200, partly), 'rejected', 'too old'],
    ] as const) {
      answer = refusal
      await loseTwo(service, reason)
      answer = answering(200)
      await click(service)
      const lost = { level: 'warn', reason, msg: expect.stringContaining(words) }
      lines.push({ ...lost, collector: `${url}/v1/traces` }, again)
      await expect.poll(() => linesOf(service)).toMatchObject(lines)
    }
  })

  test('a full queue', async () => {
    const { url } = await startStub(() => {})
    const service = await exporting(url, {
      OTEL_BSP_MAX_QUEUE_SIZE: '3',
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
    })
    // One is under way, three are queued.
    await click(service)
    await expect.poll(() => dropped(service, 'queue_full')).toBe(0)
    for (let count = 0; count < 7; count++) await click(service)
    await expect.poll(() => dropped(service, 'queue_full')).toBeGreaterThan(1)
    expect(await linesOf(service)).toMatchObject([{ level: 'warn', reason: 'queue_full' }])
  })
})

test('answers that are no OTLP are logged', async () => {
  const { url } = await startStub(answering(200, '<html></html>'))
  const service = await exporting(url)
  await click(service)
  await expect.poll(() => linesOf(service)).toMatchObject([{ level: 'warn' }])
})

test('SIGTERM does not wait for a collector that hangs', async () => {
  const { url } = await startStub(() => {})
  const service = await exporting(url, { OTEL_EXPORTER_OTLP_TIMEOUT: '600000' })
  await click(service)
  expect(await service.stop()).toBe(0)
  expect((await linesOf(service)).at(-1)).toMatchObject({ level: 'warn', spans: 1 })
})

test('spans have the name and the attributes that OpenTelemetry variables give', async () => {
  const bodies: string[] = []
  const { url } = await startStub(async (incoming, outgoing) => {
    for await (const chunk of incoming) bodies.push(String(chunk))
    outgoing.end('{}')
  })
  const service = await exporting('', {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/own/path`,
    OTEL_SERVICE_NAME: 'clicks',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=class%20room',
  })
  await click(service)
  await service.stop()
  const { resourceSpans } = JSON.parse(bodies.join(''))
  expect(resourceSpans[0].resource.attributes).toEqual(
    expect.arrayContaining([
      { key: 'service.name', value: { stringValue: 'clicks' } },
      { key: 'deployment.environment.name', value: { stringValue: 'class room' } },
    ]),
  )
})

test('a disabled SDK exports nothing', async () => {
  const collector = await openCollector()
  onTestFinished(collector.close)
  const service = await exporting(collector.url, { OTEL_SDK_DISABLED: 'true' })
  await click(service)
  await service.stop()
  expect(collector.spans).toEqual([])
})
