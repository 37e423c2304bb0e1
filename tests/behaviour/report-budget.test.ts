import { expect, test } from 'vitest'
import { post, runReady } from './services.ts'

test('wall-clock reports share a core and end on time', async () => {
  const report = await runReady('report', {
    REPORT_CPU_SECONDS: '1',
    REPORT_BUDGET: 'wall',
    REPORT_WORKERS: '1',
  })
  const latencies: number[] = []
  const generate = async () => {
    const start = performance.now()
    const answer = await post(report, '/generate_report')
    latencies.push(performance.now() - start)
    return answer
  }
  const answers = await Promise.all(Array.from({ length: 5 }, generate))
  // In sequence the last would take five times as long as the first.
  expect(Math.max(...latencies)).toBeLessThan(2.5 * Math.min(...latencies))
  let iterations = 0
  for (const { status, body } of answers) {
    expect(status).toBe(200)
    expect(body.computation_time_seconds).toBeLessThan(1)
    iterations += Number(body.iterations)
  }
  expect(iterations).toBeGreaterThan(answers.length * 1001)
})
