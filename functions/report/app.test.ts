import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import report from './app.ts'
import digest, { type DigestRequest, monotonicSeconds } from './digest.ts'

const bindings = {
  REPORT_CPU_SECONDS: 0.02,
  REPORT_BUDGET: 'cpu' as const,
  digest: async (request: DigestRequest) => digest(request),
}

test('reports what was computed, and the CPU time that it took', async () => {
  const response = await report.request(
    '/generate_report',
    postJson({ report_type: 'weekly' }),
    bindings,
  )
  expect(response.status).toBe(200)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ status: 'completed', report_type: 'weekly' })
  expect(body.report_hash).toMatch(/^[0-9a-f]{64}$/)
  expect(body.computation_time_seconds).toBeGreaterThanOrEqual(0.02)
})

test('a report is monthly unless it says otherwise', async () => {
  const response = await report.request(
    '/generate_report',
    postJson({ report_type: null }),
    bindings,
  )
  expect(await response.json()).toMatchObject({ report_type: 'monthly' })
})

test('a digest goes on until its budget of CPU time is spent', () => {
  const { cpuSeconds, iterations } = digest({ seed: 'monthly', cpuSeconds: 0.05 })
  expect(cpuSeconds).toBeGreaterThanOrEqual(0.05)
  expect(iterations).toBeGreaterThan(1000)
})

test('a digest is SHA-256 upon SHA-256, as often as it says', () => {
  const { hash, iterations } = digest({ seed: 'monthly', cpuSeconds: 0 })
  let link = Buffer.from('monthly')
  for (let i = 0; i < iterations; i++) link = createHash('sha256').update(link).digest()
  expect(hash).toBe(link.toString('hex'))
})

test('a digest that ends by the clock computes until then', () => {
  const until = monotonicSeconds() + 0.05
  const { iterations } = digest({ seed: 'monthly', until })
  expect(monotonicSeconds()).toBeGreaterThanOrEqual(until)
  expect(iterations).toBeGreaterThan(1000)
})

test('a digest whose time is over ends after its first links', () => {
  expect(digest({ seed: 'monthly', until: monotonicSeconds() })).toMatchObject({ iterations: 1001 })
})

test('a report by the clock is asked to end its seconds after it arrived', async () => {
  const requests: DigestRequest[] = []
  const before = monotonicSeconds()
  await report.request('/generate_report', postJson({}), {
    REPORT_CPU_SECONDS: 30,
    REPORT_BUDGET: 'wall',
    digest: async (request: DigestRequest) => {
      requests.push(request)
      return digest({ seed: 'monthly', cpuSeconds: 0 })
    },
  })
  const { until = 0 } = requests[0] as { until?: number }
  expect(until).toBeGreaterThanOrEqual(before + 30)
  expect(until).toBeLessThanOrEqual(monotonicSeconds() + 30)
})
