import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { HttpError } from '../../functions/http/refusal.ts'
import { metrics } from '../../model/metrics.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { onError } from './errors.ts'
import { observeRequests } from './observe-requests.ts'

/** What is answered to a request with this handler, and the metrics of that. */
async function answerTo(handler: () => Response | Promise<Response>) {
  const own = createMetrics({ processMetrics: false })
  const app = new Hono()
    .use(observeRequests({ metrics: own, logger: pino({ level: 'silent' }) }))
    .get('/products/:id', handler)
  app.onError(onError)
  const response = await app.request('/products/1')
  return { response, counted: await own.registry.metrics() }
}

test.each([
  ['thrown', () => fail()],
  ['rejected', async () => fail()],
])('a refusal that is %s is answered and counted', async (_how, handler) => {
  const { response, counted } = await answerTo(handler)
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
  expect(response.headers.get('server-timing')).toMatch(/\btotal;dur=\d+\.\d;/)
})
