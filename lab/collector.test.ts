import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCollector } from './collector.ts'

let collector: Awaited<ReturnType<typeof openCollector>>
beforeAll(async () => {
  collector = await openCollector()
})
afterAll(() => collector.close())

const send = (body: string) =>
  fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })

const span = {
  traceId: 'a',
  spanId: 'b',
  name: 'slot',
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
  attributes: [{ key: 'messaging.system', value: { stringValue: 'rabbitmq' } }],
}
const attributes = [{ key: 'service.name', value: { stringValue: 'userservice' } }]
const exported = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }

test.each([
  'no JSON',
  '',
  '{}',
  '{"resourceSpans":[{}]}',
  JSON.stringify(exported).replace('"slot"', '7'),
  JSON.stringify(exported).replace('Nano":"1"', 'Nano":"soon"'),
])('a body that is no OTLP is answered with 400 (%#)', async (body) => {
  expect((await send(body)).status).toBe(400)
})

test('spans are collected with their service, after invalid bodies too', async () => {
  expect((await send(JSON.stringify(exported))).status).toBe(200)
  expect(collector.spans).toEqual([{ ...span, service: 'userservice' }])
})
