import { hostname } from 'node:os'
import { z } from '@hono/zod-openapi'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { defineAcceptor } from '../../functions/http/define.ts'
import { getOrWait } from '../../functions/http/prefer-wait.ts'
import { pathId } from '../../functions/http/route.ts'
import payment from '../../functions/payment/app.ts'
import { postJson } from '../../tests/in-process.ts'
import { createSlots } from '../admission/slots.ts'
import type { AnyApp } from '../apps.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { type HostOptions, host } from './host.ts'
import { createBodies } from './receive-body.ts'

/** A function in a host, with a way to send it a request. */
function hosted(options: Partial<HostOptions> = {}, fn: AnyApp = payment as AnyApp) {
  const metrics = createMetrics()
  const app = host(fn, {
    service: 'paymentservice',
    metrics,
    slots: createSlots(),
    bodies: createBodies({ metrics, timeoutMs: 1000, bufferBytes: 1 << 20 }),
    logger: pino({ level: 'silent' }),
    missing: async () => [],
    ...options,
  })
  const send = (path: string, init?: RequestInit) =>
    app.request(path, init, { PAYMENT_DELAY_MS: 0 })
  return { send, metrics }
}

const paid = postJson({ order_id: 1, amount: 1 })

test('a response has a request id and its timing', async () => {
  const { status, headers } = await hosted().send('/process_payment', paid)
  expect(status).toBe(200)
  expect(headers.get('x-request-id')).toMatch(/./)
  expect(headers.get('server-timing')).toMatch(/total;dur=/)
})

test.each(['/health', '/process_payment'])('a response of %s names its replica', async (path) => {
  const { headers } = await hosted().send(path, path === '/health' ? {} : paid)
  expect(headers.get('x-served-by')).toBe(hostname())
})

test('an unknown path is 404, another method 405', async () => {
  const { send } = hosted()
  expect((await send('/nowhere')).status).toBe(404)
  const other = await send('/process_payment')
  expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a request that may wait for work takes no slot', async () => {
  const route = getOrWait('/work/{id}', {
    operationId: 'getWork',
    summary: 'Read work',
    params: z.object({ id: pathId }),
    answers: { 200: z.object({}) },
  })
  const fn = defineAcceptor<'payment'>().openapi(route, (c) => c.json({}, 200))
  const slots = createSlots({ concurrency: 1, queueLimit: 0 })
  slots.tryAcquire()
  expect((await hosted({ slots }, fn as AnyApp).send('/work/1')).status).toBe(200)
  expect((await hosted({ slots }).send('/process_payment', paid)).status).toBe(503)
  const unprepared = hosted({ slots, prepared: () => false }, fn as AnyApp)
  expect((await unprepared.send('/work/1')).status).toBe(503)
})

test('a function that is not prepared is 503 with a code', async () => {
  const { send } = hosted({ prepared: () => false })
  const response = await send('/process_payment', paid)
  expect([response.status, await response.json()]).toEqual([
    503,
    { detail: 'Database unavailable, try again later', code: 'database_unavailable' },
  ])
})

test('readiness names what is missing', async () => {
  const response = await hosted({ missing: async () => ['database: unreachable'] }).send('/ready')
  expect([response.status, await response.json()]).toEqual([
    503,
    { detail: ['database: unreachable'] },
  ])
})

test('probes need no slot and are not counted', async () => {
  const { send, metrics } = hosted({ slots: createSlots({ concurrency: 0, queueLimit: 0 }) })
  expect((await send('/health')).status).toBe(200)
  expect((await send('/process_payment', paid)).status).toBe(503)
  const counted = await metrics.registry.metrics()
  expect(counted).toMatch(/http_requests_total\{.*\/process_payment.*status="503".*\} 1\n/)
  expect(counted).not.toContain('/health')
})

test('a draining container asks to close the connection', async () => {
  const response = await hosted({ draining: AbortSignal.abort() }).send('/process_payment', paid)
  expect(response.headers.get('connection')).toBe('close')
})

test.each([
  [['*'], 200],
  [['.example'], 200],
  [['example'], 403],
])('a browser may use a.example if %j are allowed: %i', async (hosts, status) => {
  const headers = { host: 'a.example', 'user-agent': 'Mozilla/5.0' }
  expect((await hosted({ hosts }).send('/health', { headers })).status).toBe(status)
})
