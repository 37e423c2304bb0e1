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

test('reports the digest and its CPU time', async () => {
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

test('a report is monthly by default', async () => {
  const response = await report.request(
    '/generate_report',
    postJson({ report_type: null }),
    bindings,
  )
  expect(await response.json()).toMatchObject({ report_type: 'monthly' })
})

test('a digest spends its budget of CPU time', () => {
  const { cpuSeconds, iterations } = digest({ seed: 'monthly', cpuSeconds: 0.05 })
  expect(cpuSeconds).toBeGreaterThanOrEqual(0.05)
  expect(iterations).toBeGreaterThan(1000)
})

test('a digest is a chain of SHA-256', () => {
  const { hash, iterations } = digest({ seed: 'monthly', cpuSeconds: 0 })
  let link = Buffer.from('monthly')
  for (let i = 0; i < iterations; i++) link = createHash('sha256').update(link).digest()
  expect(hash).toBe(link.toString('hex'))
})

test('a wall-clock digest computes until its end', () => {
  const until = monotonicSeconds() + 0.05
  const { iterations } = digest({ seed: 'monthly', until })
  expect(monotonicSeconds()).toBeGreaterThanOrEqual(until)
  expect(iterations).toBeGreaterThan(1000)
})

test('a late digest ends after its first links', () => {
  expect(digest({ seed: 'monthly', until: monotonicSeconds() })).toMatchObject({ iterations: 1001 })
})

test('the budget of a wall-clock report begins at its arrival', async () => {
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
