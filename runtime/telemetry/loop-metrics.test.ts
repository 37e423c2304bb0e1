import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { createLoopGate } from '../admission/loop-gate.ts'
import { watchLoop } from './loop-metrics.ts'
import { createMetrics } from './metrics.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A watched loop, and how often its delay was observed. */
function watch() {
  const gate = createLoopGate()
  const registered = createMetrics()
  watchLoop(registered, gate)
  const count = async () => {
    const text = await registered.registry.metrics()
    return Number(text.match(new RegExp(`^${metrics.loopDelay.name}_count (\\d+)$`, 'm'))?.[1])
  }
  return { gate, count }
}

test('observes the loop once a second at rest', async () => {
  const { count } = watch()
  await vi.advanceTimersByTimeAsync(10_100)
  expect(await count()).toBe(11)
})

test('observes the loop every 100 ms under load', async () => {
  const { gate, count } = watch()
  for (let requests = 0; requests < 100; requests++) {
    gate.arrival()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(await count()).toBe(10)
})
