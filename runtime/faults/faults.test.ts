import { expect, test } from 'vitest'
import { createBodies } from '../http/receive-body.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { drawLatency, faultSpec, type Latency, parseLatency } from './fault-spec.ts'
import { faultSwitch } from './fault-switch.ts'
import { createFaults, InjectedFault } from './faults.ts'

const sequence = (values: number[]) => {
  let next = 0
  return () => values[next++ % values.length] ?? 0
}

const here = new AbortController().signal

/** Which of the first requests fail. */
async function failures(seed: number, requests = 200): Promise<boolean[]> {
  const faults = createFaults(createMetrics({ processMetrics: false }))
  faults.set({ error_rate: 0.3, seed })
  const outcomes: boolean[] = []
  for (let request = 0; request < requests; request++)
    outcomes.push(
      await faults.inject(here).then(
        () => false,
        (error) => error instanceof InjectedFault,
      ),
    )
  return outcomes
}

test('reads only the documented latencies', () => {
  expect(parseLatency('400')).toEqual({ kind: 'fixed', ms: 400 })
  expect(parseLatency('uniform:100:500')).toEqual({ kind: 'uniform', from: 100, to: 500 })
  for (const wrong of ['', '-1', 'uniform:1', 'exponential', '1e9', '400 '])
    expect(parseLatency(wrong)).toBeUndefined()
})

test('draws a latency from its distribution', () => {
  const mean = (latency: Latency) => {
    const random = sequence(Array.from({ length: 997 }, (_, index) => (index + 0.5) / 997))
    return (
      Array.from({ length: 9970 }, () => drawLatency(latency, random)).reduce(
        (sum, ms) => sum + ms,
        0,
      ) / 9970
    )
  }
  expect(mean({ kind: 'fixed', ms: 400 })).toBe(400)
  expect(mean({ kind: 'uniform', from: 100, to: 500 })).toBeCloseTo(300, 0)
  expect(mean({ kind: 'exponential', mean: 400 })).toBeGreaterThan(395)
  expect(mean({ kind: 'exponential', mean: 400 })).toBeLessThan(405)
})

test('a seed determines which requests fail, the rate how many', async () => {
  const first = await failures(7)
  expect(await failures(7)).toEqual(first)
  expect(await failures(8)).not.toEqual(first)
  const share = first.filter(Boolean).length / first.length
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.4)
})

test('faults act only during their time and until they are cleared', async () => {
  const faults = createFaults(createMetrics({ processMetrics: false }))
  expect(faults.current).toBeUndefined()
  faults.set({ error_rate: 1, after_ms: 60_000 })
  expect(faults.current).toBeDefined()
  await faults.inject(here)
  faults.set({ error_rate: 1 })
  await expect(faults.inject(here)).rejects.toThrow(InjectedFault)
  faults.set(undefined)
  await faults.inject(here)
  faults.set({ error_rate: 1, for_ms: 0 })
  await faults.inject(here)
})

test('an outage needs a duration', () => {
  expect(faultSpec.safeParse({ refuse: true }).success).toBe(false)
  expect(faultSpec.safeParse({ refuse: true, for_ms: 1000 }).success).toBe(true)
  expect(faultSpec.safeParse({ error_rate: 2 }).success).toBe(false)
  expect(faultSpec.safeParse({ latencies: '4' }).success).toBe(false)
})

test('the switch reads any type of body as JSON', async () => {
  const metrics = createMetrics({ processMetrics: false })
  const faults = createFaults(metrics)
  const bodies = createBodies({ metrics, timeoutMs: 1000, bufferBytes: 1024 })
  const { status } = await faultSwitch(faults, bodies).request('/faults', {
    method: 'PUT',
    headers: { 'content-type': 'text/plain', 'content-length': '17' },
    body: '{"latency":"400"}',
  })
  expect([status, faults.current]).toEqual([200, { latency: '400' }])
})
