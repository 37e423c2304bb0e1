import { expect, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { head, whole, wire } from '../wire.ts'
import { logOf, post, runReady, sample, shareReady } from './services.ts'

const patient = shareReady('payment', { CONCURRENCY: '2', PAYMENT_DELAY_MS: '50' })

// Longer than the limits on arrival: Bun's timeouts have a granularity of seconds.
const longWork = process.env.LOCKSTEP_RUNTIME === 'bun' ? '14000' : '1500'
const hasty = shareReady('payment', { BODY_TIMEOUT_MS: '300', PAYMENT_DELAY_MS: longWork })

const refusals = (payment: RunningService, reason: string) =>
  sample(payment, metrics.bodyRefusals.name, { reason })

/** The beginning of a payment, by the framing of its body. */
const halves = {
  declared: `${head('POST', '/process_payment', 'Content-Length: 16')}{"amount"`,
  'declared and large': `${head('POST', '/process_payment', 'Content-Length: 9000')}{"amount"`,
  chunked: `${head('POST', '/process_payment', 'Transfer-Encoding: chunked')}9\r\n{"amount"\r\n`,
}

test('half-sent bodies take no slot', async () => {
  const slow = Object.values(halves).map((half) => wire(patient(), half))
  await expect
    .poll(() => sample(patient(), metrics.requestsInProgress.name, { method: 'POST' }))
    .toBe(3)
  expect(await sample(patient(), metrics.slotsInUse.name)).toBe(0)
  expect((await post(patient(), '/process_payment')).status).toBe(200)
  expect(slow.map(({ received }) => received())).toEqual(['', '', ''])
  slow[0]?.send(':12.50}')
  await expect.poll(() => slow[0]?.received()).toContain('"amount":12.5')
})

test('reads a body that arrives in pieces', async () => {
  const pieces = wire(patient(), halves.chunked)
  await expect.poll(() => sample(patient(), metrics.bodyBuffer.name)).toBe(9)
  pieces.send('7\r\n:12.50}\r\n0\r\n\r\n')
  await expect.poll(() => pieces.received()).toContain('"amount":12.5')
  expect(await sample(patient(), metrics.bodyBuffer.name)).toBe(0)
  pieces.send(whole('POST', '/process_payment', { amount: 13 }))
  await expect.poll(() => pieces.received()).toContain('"amount":13')
})

test("the caller's deadline ends the wait for its body", async () => {
  const half = head('POST', '/process_payment', 'Content-Length: 9', 'X-Request-Timeout-Ms: 200')
  expect(await wire(patient(), half).ended).toMatch(/^HTTP\/1.1 408 /)
})

test('refuses a too long declared length unread', async () => {
  const large = wire(patient(), head('POST', '/process_payment', `Content-Length: ${2 << 20}`))
  await expect.poll(() => large.received()).toMatch(/^HTTP\/1.1 413 /)
  expect(await refusals(patient(), 'too_large')).toBe(1)
})

test('a body that arrives too late is 408 and closes', async () => {
  const answers = await Promise.all(Object.values(halves).map((half) => wire(hasty(), half).ended))
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toMatch(/^connection: close/im)
    expect(answer).toContain('{"detail":"Request body did not arrive in time"}')
  }
  expect(await refusals(hasty(), 'too_slow')).toBe(3)
  expect(await sample(hasty(), metrics.bodyBuffer.name)).toBe(0)
  expect(await sample(hasty(), metrics.requests.name, { status: '408' })).toBe(3)
  const line = { level: 'warn', msg: 'request refused', status: 408 }
  const lines = (await logOf(hasty())).filter(({ status }) => status === 408)
  expect(lines).toEqual(Array.from({ length: 3 }, () => expect.objectContaining(line)))
})

test('closes half-sent headers, but no connection in progress or at rest', async () => {
  const health = 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const silent = wire(hasty(), '')
  const half = wire(hasty(), 'POST /process_payment HTTP/1.1\r\nHost: localhost\r\nConte')
  const resting = wire(hasty(), health)
  const busy = wire(hasty(), whole('POST', '/process_payment', {}))
  await Promise.all([silent.ended, half.ended])
  await expect.poll(() => busy.received(), { timeout: 20_000 }).toMatch(/^HTTP\/1.1 200 /)
  resting.send(health)
  await expect.poll(() => resting.received().match(/HTTP\/1.1 200 /g)).toHaveLength(2)
})

test('a body beyond the full buffer is 503', async () => {
  const payment = await runReady('payment', { BODY_BUFFER_BYTES: '30' })
  const slow = [halves.declared, halves.chunked].map((half) => wire(payment, half))
  await expect.poll(() => sample(payment, metrics.bodyBuffer.name)).toBe(25)
  const refused = await post(payment, '/process_payment', { amount: 12 })
  expect(refused.body).toEqual({
    detail: expect.stringContaining('bodies in memory'),
    code: 'body_buffer_full',
  })
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  slow[1]?.send('9\r\n123456789\r\n')
  expect(await slow[1]?.ended).toMatch(/^HTTP\/1.1 503 /)
  expect(await refusals(payment, 'buffer_full')).toBe(2)
  slow[0]?.leave()
  await expect.poll(() => sample(payment, metrics.bodyBuffer.name)).toBe(0)
})

test('a body occupies the buffer while queued', async () => {
  const payment = await runReady('payment', { CONCURRENCY: '1', PAYMENT_DELAY_MS: '300' })
  const answers = [1, 2].map((amount) => post(payment, '/process_payment', { amount }))
  await expect.poll(() => sample(payment, metrics.slotQueue.name)).toBe(1)
  expect(await sample(payment, metrics.bodyBuffer.name)).toBe(24)
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
})
