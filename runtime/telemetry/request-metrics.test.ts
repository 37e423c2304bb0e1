import { expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { createMetrics } from './metrics.ts'

const { requests, requestDuration, requestsInProgress } = metrics

const click = { method: 'POST', handler: '/track_click' }

test('a request is counted by its route and status', async () => {
  const { countRequest, registry } = createMetrics({ processMetrics: false })
  for (const status of [200, 200, 422]) countRequest({ ...click, status, seconds: 0.5 })
  const text = await registry.metrics()
  const labels = 'method="POST",route="/track_click",status="200",ok="true",handler="/track_click"'
  expect(text).toContain(`${requests.name}{${labels}} 2\n`)
  expect(text).toContain(`${requestDuration.name}_sum{${labels}} 1\n`)
  expect(text).toMatch(new RegExp(`${requests.name}\\{.*status="422",ok="false".*\\} 1\n`))
})

test('requests in progress are those without an answer', async () => {
  const { requestBegins, requestEnds, registry } = createMetrics({ processMetrics: false })
  requestBegins('POST')
  requestBegins('POST')
  requestEnds('POST')
  expect(await registry.metrics()).toContain(`${requestsInProgress.name}{method="POST"} 1\n`)
})
