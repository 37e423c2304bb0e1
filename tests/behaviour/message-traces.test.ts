import { expect, onTestFinished, test } from 'vitest'
import { openCollector, type CollectedSpan as Span, textIn } from '../../lab/collector.ts'
import { brokerName } from '../broker.ts'
import { openDatabase, runAsync } from './message-services.ts'
import { post } from './services.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const callerId = '00f067aa0ba902b7'

/** The requests above a span and itself, from the first one. */
function requestsTo(trace: Span[], span: Span): string[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId)
  const above = parent ? requestsTo(trace, parent) : [String(span.parentSpanId)]
  return /^(POST|process) /.test(span.name) ? [...above, `${span.service} ${span.name}`] : above
}

test('an order is one trace up to its released stock', async () => {
  const collector = await openCollector()
  onTestFinished(collector.close)
  const database = await openDatabase()
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  const order = await runAsync('order', database, settings)
  const others = [
    await runAsync('inventory', database, settings),
    await runAsync('payment', database, settings),
  ]
  const headers = { traceparent: `00-${traceId}-${callerId}-01` }
  const { body } = await post(order, '/create_order', { product_id: 1 }, { headers })
  const read = { headers: { prefer: 'wait=10' } }
  const ended = await (await fetch(`${order.url}/orders/${body.id}`, read)).json()
  expect(ended).toMatchObject({ status: 'failed' })
  // A service exports its remaining spans when it stops.
  await Promise.all([order, ...others].map((service) => service.stop()))

  const trace = collector.spans.filter((span) => span.traceId === traceId)
  const toPayment = [
    callerId,
    'orderservice POST /create_order',
    'inventoryservice process order_created_queue',
    'paymentservice process stock_reserved_queue',
  ]
  const last = (service: string, name: string) => {
    const found = trace.filter((span) => span.service === service && span.name === name)
    expect(found).toHaveLength(1)
    return found.flatMap((span) => requestsTo(trace, span))
  }
  expect(last('orderservice', 'process stock_released_queue')).toEqual([
    ...toPayment,
    'inventoryservice process inventory_payment_failed_queue',
    'orderservice process stock_released_queue',
  ])
  expect(last('orderservice', 'process order_payment_failed_queue')).toEqual([
    ...toPayment,
    'orderservice process order_payment_failed_queue',
  ])
  expect(trace.filter((span) => requestsTo(trace, span)[0] !== callerId)).toEqual([])
  const ofMessages = trace.filter(({ name }) => /^(publish|wait|process) /.test(name))
  const systems = ofMessages.map(({ attributes }) => textIn(attributes, 'messaging.system'))
  expect(new Set(systems)).toEqual(new Set([brokerName === 'rabbitmq' ? 'rabbitmq' : 'pg-boss']))
  // Of the order, only the request that waited for its end is another trace.
  const foreign = collector.spans.filter((span) => span.traceId !== traceId)
  const waiting = foreign.find(({ name }) => name === 'GET /orders/:id')?.traceId
  expect(foreign.filter((span) => span.traceId !== waiting)).toEqual([])
})
