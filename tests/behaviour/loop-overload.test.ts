import { expect, test } from 'vitest'
import { readMetrics } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import { sumOf } from '../metric-sums.ts'
import { metricsAt, sumIfAny } from '../service-metrics.ts'
import { type Answer, logOf, post, runReady } from './services.ts'

const click = { user_id: 1, page: '/home' }

test('refuses and counts requests beyond the loop limit', async () => {
  // With a limit of 1 ms, a few dozen concurrent clients are an overload.
  const service = await runReady('analytics', { LOOP_WAIT_LIMIT_MS: '1' })
  const refusals: Answer[] = []
  let answered = 0
  const end = performance.now() + 20_000
  async function client() {
    while (refusals.length === 0 && performance.now() < end) {
      const answer = await post(service, '/track_click', click)
      answered++
      if (answer.status !== 200) refusals.push(answer)
    }
  }
  await Promise.all(Array.from({ length: 100 }, client))

  for (const { status, headers, body } of refusals) {
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    expect(body).toEqual({
      detail: 'The event loop is busy, try again later',
      code: 'event_loop_busy',
    })
  }
  await expect
    .poll(async () => (await logOf(service)).find(({ reason }) => reason === 'loop_lag'))
    .toMatchObject({ level: 'warn', refused: expect.any(Number) })
  const samples = await metricsAt(service.url)
  const { requests, requestDuration, slotRefusals } = metrics
  const handler = '/track_click'
  expect(refusals.length).toBeGreaterThan(0)
  expect(sumOf(samples, slotRefusals.name, { reason: 'loop_lag' })).toBe(refusals.length)
  expect(sumOf(samples, requests.name, { status: '503' })).toBe(refusals.length)
  expect(sumOf(samples, requests.name, { handler })).toBe(answered)
  expect(sumOf(samples, `${requestDuration.name}_count`, { handler })).toBe(answered)
})

test('without a limit, shows loop waits and refuses nothing', async () => {
  const service = await runReady('analytics', { LOOP_WAIT_LIMIT_MS: '0' })
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => post(service, '/track_click', click)),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const text = await (await fetch(`${service.url}/metrics`)).text()
  for (const [name, type] of [
    [metrics.loopDelay.name, 'histogram'],
    [metrics.loopWait.name, 'histogram'],
    [metrics.loopQueue.name, 'gauge'],
    [metrics.loopWaitEstimate.name, 'gauge'],
    [metrics.loopWaitLimit.name, 'gauge'],
  ])
    expect(text).toContain(`# TYPE ${name} ${type}\n`)
  const samples = readMetrics(text)
  expect(sumIfAny(samples, metrics.loopWaitLimit.name)).toBe(0)
  expect(sumIfAny(samples, `${metrics.loopWait.name}_count`)).toBe(300)
})
