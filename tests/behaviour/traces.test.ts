import { expect, onTestFinished, test } from 'vitest'
import { openCollector, type CollectedSpan as Span } from '../../lab/collector.ts'
import { createTestDatabase } from '../database.ts'
import { at, post, runReady } from './services.ts'

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
  for (const { parentSpanId, startTimeUnixNano, endTimeUnixNano } of trace) {
    const parent = trace.find(({ spanId }) => spanId === parentSpanId)
    if (!parent) continue
    expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(parent.startTimeUnixNano))
    expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(parent.endTimeUnixNano))
  }
})
