import { expect, test } from 'vitest'
import { post, runReady } from './services.ts'

test('wall-clock reports share a core and end on time', async () => {
  const report = await runReady('report', {
    REPORT_CPU_SECONDS: '1',
    REPORT_BUDGET: 'wall',
    REPORT_WORKERS: '1',
  })
  const start = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => post(report, '/generate_report')),
  )
  // In sequence they would take five seconds.
  expect(performance.now() - start).toBeLessThan(4000)
  for (const { status, body } of answers) {
    expect(status).toBe(200)
    expect(body.computation_time_seconds).toBeLessThan(1)
    expect(body.iterations).toBeGreaterThan(1001)
  }
})
