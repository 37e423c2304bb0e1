import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { HttpError } from '../../functions/http/refusal.ts'
import { metrics } from '../../model/metrics.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import type { RequestVariables } from '../telemetry/spans.ts'
import type { MaybePromise } from '../when.ts'
import { createRequestLayer } from './request-layer.ts'

/** What the layer answers to a request with this work, and the metrics of that. */
async function answerTo(work: () => MaybePromise<Response>) {
  const own = createMetrics({ processMetrics: false })
  const layer = createRequestLayer({ metrics: own, logger: pino({ level: 'silent' }) })
  let isAtOnce = false
  const app = new Hono<{ Variables: RequestVariables }>().get('/products/:id', (c) => {
    const answer = layer(c, '/products/:id', work)
    isAtOnce = answer instanceof Response
    return answer
  })
  const response = await app.request('/products/1')
  return { response, isAtOnce, counted: await own.registry.metrics() }
}

test('work that need not wait is answered at once', async () => {
  expect((await answerTo(() => new Response('ok'))).isAtOnce).toBe(true)
  expect((await answerTo(async () => new Response('ok'))).isAtOnce).toBe(false)
})

test.each([
  ['thrown', () => fail()],
  ['rejected', async () => fail()],
])('a refusal that is %s is answered and counted', async (_how, work) => {
  const { response, counted } = await answerTo(work)
  expect([response.status, await response.json()]).toEqual([404, { detail: 'no such product' }])
  expect(counted).toMatch(
    new RegExp(`${metrics.requests.name}\\{.*status="404".*handler="/products/:id"\\} 1\n`),
  )
  expect(counted).toContain(`${metrics.requestsInProgress.name}{method="GET"} 0\n`)
})

function fail(): never {
  throw new HttpError(404, 'no such product')
}

test('every response has an id and its time', async () => {
  const { response } = await answerTo(() => new Response('ok'))
  expect(response.headers.get('x-request-id')).toMatch(/./)
  expect(response.headers.get('server-timing')).toMatch(/^total;dur=\d+\.\d;/)
})
