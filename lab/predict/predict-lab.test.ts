import { expect, test } from 'vitest'
import { forecast } from './forecast.ts'
import { type LabSettings, labOf } from './lab-settings.ts'
import { firstServiceOf, predictScenario } from './predict-lab.ts'
import { canonicalJson, seal } from './predict-loads.ts'

// Round figures, not measured ones.
const lab = {
  cores: 2,
  calibration: {
    ...{ hopMs: 4, pacedHops: [], hopCpuMs: 0.5, callMs: 4, queryMs: 1, reportMs: 0 },
  },
}

const predict = (scenario: number, settings: Partial<LabSettings> = {}) =>
  predictScenario(scenario, labOf({ ...lab, settings }))

test('a registration takes the e-mail, two hops and a query', () => {
  expect(predict(1).latencyMs).toBe(500 + 2 * 4 + 1)
})

test('the slots of a registration are held while its e-mail is sent', () => {
  const { bottleneck, ceilingPerSecond, ceilings } = predict(1)
  expect(bottleneck).toBe('user slots')
  expect(ceilingPerSecond).toBeCloseTo(40 / 0.505, 9)
  expect(ceilings['email slots']).toBe(80)
})

test('a payment has the ceiling of its slots', () => {
  expect(predict(2)).toMatchObject({
    latencyMs: 2004,
    ceilingPerSecond: 20,
    bottleneck: 'payment slots',
  })
  expect(predict(2, { CONCURRENCY: 10, PAYMENT_DELAY_MS: 100 }).ceilingPerSecond).toBe(100)
})

test('an update takes four hops in turn', () => {
  const { latencyMs, bottleneck, ceilingPerSecond, ceilings } = predict(3)
  expect(latencyMs).toBe(4 * 4 + 1)
  expect([bottleneck, ceilingPerSecond]).toEqual(['product event loop', 500])
  expect(ceilings['product slots']).toBeCloseTo(40 / 0.013, 9)
})

test('reports have the ceiling of the cores', () => {
  const { latencyMs, ceilingPerSecond, ceilings } = predict(4)
  expect(latencyMs).toBe(10_004)
  expect(ceilings['report workers']).toBe(0.2)
  expect(ceilingPerSecond).toBeCloseTo(0.2, 4)
  expect(predict(4, { REPORT_WORKERS: 1 }).ceilingPerSecond).toBe(0.1)
  expect(predict(4, { REPORT_WORKERS: 8 }).ceilings['report workers']).toBe(0.2)
})

test('a report occupies its worker for longer than its CPU time', () => {
  const calibration = { ...lab.calibration, reportMs: 2500 }
  const settings = { REPORT_WORKERS: 1 }
  const { latencyMs, ceilings } = predictScenario(4, labOf({ ...lab, calibration, settings }))
  expect([latencyMs, ceilings['report workers']]).toEqual([12_504, 0.08])
})

test('reports with a wall budget have the ceiling of their slots', () => {
  expect(predict(4, { REPORT_BUDGET: 'wall' })).toMatchObject({
    latencyMs: 10_004,
    ceilingPerSecond: 4,
    bottleneck: 'report slots',
  })
})

test('a refused order takes four hops and six queries', () => {
  const { latencyMs, ceilings } = predict(5)
  expect(latencyMs).toBe(4 * 4 + 6)
  expect(ceilings['order pool']).toBe(2500)
  expect(ceilings['inventory pool']).toBe(5000)
})

test('a paid order takes the payment and no compensation', () => {
  const { latencyMs, bottleneck } = predict(5, { PAYMENT_OUTCOME: 'succeed' })
  expect(latencyMs).toBe(3 * 4 + 4 + 2000)
  expect(bottleneck).toBe('order slots')
})

test('a click takes one hop and the event loop', () => {
  expect(predict(6)).toMatchObject({
    latencyMs: 4,
    ceilingPerSecond: 2000,
    bottleneck: 'analytics event loop',
    ceilings: { cores: 4000, 'analytics event loop': 2000 },
  })
})

test('a calibration without a cost is refused by name', () => {
  const calibration = { ...lab.calibration, hopCpuMs: 0 }
  expect(() => labOf({ ...lab, calibration })).toThrow('hopCpuMs must be a number above 0')
  expect(() => labOf({ ...lab, cores: Number.NaN })).toThrow('cores must be a number above 0')
})

test('reports above the ceiling share the cores from their slots', () => {
  const load = { arrivals: 'poisson', perSecond: 0.4 } as const
  const service = firstServiceOf(4, labOf(lab))
  const { waitMs, latencyMs, refusals } = forecast({ service, ...load })
  expect(waitMs.p99).toBe(0)
  expect(latencyMs.p95 / 1000).toBeCloseTo(200, -1)
  expect(refusals?.wait_too_long).toBeCloseTo(0.5, 1)
})

test('clicks above the ceiling wait for the event loop up to its limit', () => {
  const load = { arrivals: 'poisson', perSecond: 3000 } as const
  const service = firstServiceOf(6, labOf(lab))
  const { waitMs, refusedShare } = forecast({ service, ...load })
  expect(waitMs.p99).toBeLessThanOrEqual(250)
  expect(waitMs.p50).toBeGreaterThan(240)
  expect(refusedShare).toBeCloseTo(1 / 3, 2)
})

test('a seal depends on the values and not on the order of keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 'é' }], a: null })).toBe('{"a":null,"b":[{"c":"é","d":1}]}')
  expect(seal({ a: 1, b: 2 })).toBe(seal({ b: 2, a: 1 }))
  expect(seal({ a: 1 })).not.toBe(seal({ a: 2 }))
})

// echo -n '{"a":1}' | sha256sum
test('a seal is the SHA-256 of the canonical JSON', () => {
  expect(seal({ a: 1 })).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862')
})
