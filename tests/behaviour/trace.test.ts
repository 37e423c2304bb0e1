import type { IncomingHttpHeaders } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../database.ts'
import { post, runReady } from './services.ts'
import { startStub } from './stub.ts'

const received: IncomingHttpHeaders[] = []

/** A product service whose callees record what they receive. */
async function runProduct() {
  received.length = 0
  const { url } = await startStub((incoming, outgoing) => {
    received.push(incoming.headers)
    outgoing.end('{}')
  })
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return runReady('product', {
    DATABASE_URL: database.url,
    SEARCH_SERVICE_URL: url,
    CACHE_SERVICE_URL: url,
    ANALYTICS_SERVICE_URL: url,
  })
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('calls continue traces of higher versions with tracestate', async () => {
  const headers = {
    traceparent: `cc-${traceId}-00f067aa0ba902b7-01-later`,
    tracestate: 'vendor=1',
  }
  await post(await runProduct(), '/products/1', {}, { method: 'PUT', headers })
  expect(received).toHaveLength(3)
  for (const call of received) {
    expect(call.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
    expect(call.tracestate).toBe('vendor=1')
  }
})

test('calls leave out a tracestate that a callee may refuse', async () => {
  const product = await runProduct()
  const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
  for (const tracestate of [`vendor=${'x'.repeat(15_900)}`, 'vendor=\xe9'])
    await post(product, '/products/1', {}, { method: 'PUT', headers: { traceparent, tracestate } })
  expect(received).toHaveLength(6)
  for (const call of received) {
    expect(call.traceparent).toContain(traceId)
    expect(call.tracestate).toBeUndefined()
  }
})
