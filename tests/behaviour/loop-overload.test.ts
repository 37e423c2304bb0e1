import { expect, test } from 'vitest'
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
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const count = (name: string, label: string) =>
    metrics
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && line.includes(label))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  expect(refusals.length).toBeGreaterThan(0)
  expect(count('slot_refusals_total', 'reason="loop_lag"')).toBe(refusals.length)
  expect(count('http_requests_total', 'status="503"')).toBe(refusals.length)
  expect(count('http_requests_total', 'handler="/track_click"')).toBe(answered)
  expect(count('http_request_duration_seconds_count', 'handler="/track_click"')).toBe(answered)
})

test('without a limit, shows loop waits and refuses nothing', async () => {
  const service = await runReady('analytics', { LOOP_WAIT_LIMIT_MS: '0' })
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => post(service, '/track_click', click)),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  for (const [name, type] of [
    ['event_loop_delay_seconds', 'histogram'],
    ['loop_wait_seconds', 'histogram'],
    ['loop_queue_length', 'gauge'],
    ['loop_wait_estimate_seconds', 'gauge'],
    ['loop_wait_limit_seconds', 'gauge'],
  ])
    expect(metrics).toContain(`# TYPE ${name} ${type}\n`)
  expect(metrics).toContain('\nloop_wait_limit_seconds 0\n')
  expect(metrics).toMatch(/\nloop_wait_seconds_count 300\n/)
})
