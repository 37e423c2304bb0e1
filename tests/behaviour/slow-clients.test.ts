import { describe, expect, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { logOf, post, runReady, sample } from './services.ts'
import { head, whole, wire } from './wire.ts'

const refusals = (payment: RunningService, reason: string) =>
  sample(payment, metrics.bodyRefusals.name, { reason })

/** The beginning of a payment, by the framing of its body. */
const halves = {
  declared: `${head('POST', '/process_payment', 'Content-Length: 16')}{"amount"`,
  'declared and large': `${head('POST', '/process_payment', 'Content-Length: 9000')}{"amount"`,
  chunked: `${head('POST', '/process_payment', 'Transfer-Encoding: chunked')}9\r\n{"amount"\r\n`,
}

test('half-sent bodies take no slot', async () => {
  const payment = await runReady('payment', { CONCURRENCY: '2', PAYMENT_DELAY_MS: '50' })
  const slow = Object.values(halves).map((half) => wire(payment, half))
  await expect
    .poll(() => sample(payment, metrics.requestsInProgress.name, { method: 'POST' }))
    .toBe(3)
  expect(await sample(payment, metrics.slotsInUse.name)).toBe(0)
  expect((await post(payment, '/process_payment')).status).toBe(200)
  expect(slow.map(({ received }) => received())).toEqual(['', '', ''])
  slow[0]?.send(':12.50}')
  await expect.poll(() => slow[0]?.received()).toContain('"amount":12.5')
})

describe.each(Object.keys(halves) as (keyof typeof halves)[])('a body that is %s', (how) => {
  test('and arrives too late is 408 and closes', async () => {
    const payment = await runReady('payment', { BODY_TIMEOUT_MS: '300' })
    const { ended } = wire(payment, halves[how])
    const answer = await ended
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
    expect(answer).toMatch(/^connection: close/im)
    expect(answer).toContain('{"detail":"Request body did not arrive in time"}')
    expect(await refusals(payment, 'too_slow')).toBe(1)
    expect(await sample(payment, metrics.bodyBuffer.name)).toBe(0)
    expect(await sample(payment, metrics.requests.name, { status: '408' })).toBe(1)
    const line = (await logOf(payment)).at(-1)
    expect(line).toMatchObject({ level: 'warn', msg: 'request refused', status: 408 })
  })
})

test('reads a body that arrives in pieces', async () => {
  const payment = await runReady('payment', { PAYMENT_DELAY_MS: '1' })
  const pieces = wire(payment, halves.chunked)
  await expect.poll(() => sample(payment, metrics.bodyBuffer.name)).toBe(9)
  pieces.send('7\r\n:12.50}\r\n0\r\n\r\n')
  await expect.poll(() => pieces.received()).toContain('"amount":12.5')
  expect(await sample(payment, metrics.bodyBuffer.name)).toBe(0)
  pieces.send(whole('POST', '/process_payment', { amount: 13 }))
  await expect.poll(() => pieces.received()).toContain('"amount":13')
})

test("the caller's deadline ends the wait for its body", async () => {
  const payment = await runReady('payment')
  const half = head('POST', '/process_payment', 'Content-Length: 9', 'X-Request-Timeout-Ms: 200')
  expect(await wire(payment, half).ended).toMatch(/^HTTP\/1.1 408 /)
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
  const payment = await runReady('payment', { CONCURRENCY: '1', PAYMENT_DELAY_MS: '1000' })
  const answers = [1, 2].map((amount) => post(payment, '/process_payment', { amount }))
  await expect.poll(() => sample(payment, metrics.slotQueue.name)).toBe(1)
  expect(await sample(payment, metrics.bodyBuffer.name)).toBe(24)
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
})

test('refuses a too long declared length unread', async () => {
  const payment = await runReady('payment')
  const large = wire(payment, head('POST', '/process_payment', `Content-Length: ${2 << 20}`))
  await expect.poll(() => large.received()).toMatch(/^HTTP\/1.1 413 /)
  expect(await refusals(payment, 'too_large')).toBe(1)
})

test('half-sent headers time out and close', async () => {
  const payment = await runReady('payment', { BODY_TIMEOUT_MS: '500' })
  const silent = wire(payment, '')
  const half = wire(payment, 'POST /process_payment HTTP/1.1\r\nHost: localhost\r\nConte')
  await Promise.all([silent.ended, half.ended])
})

// Longer than the limits on arrival: Bun's timeouts have a granularity of seconds.
const longWork = process.env.LOCKSTEP_RUNTIME === 'bun' ? '14000' : '1500'

test('closes idle connections, but none in progress', async () => {
  const payment = await runReady('payment', {
    BODY_TIMEOUT_MS: '500',
    PAYMENT_DELAY_MS: longWork,
  })
  const idle = wire(payment, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const busy = wire(payment, whole('POST', '/process_payment', {}))
  expect(await idle.ended).toMatch(/^HTTP\/1.1 200 /)
  await expect.poll(() => busy.received(), { timeout: 20_000 }).toMatch(/^HTTP\/1.1 200 /)
})
