import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createYielding } from './yielding.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

let waitedMs: number
let isFull: boolean

function yieldTo() {
  waitedMs = -Infinity
  isFull = false
  return createYielding({ gate: { waitedMs: () => waitedMs }, isFull: () => isFull })
}

type Yielding = ReturnType<typeof createYielding>

/** Delivers a batch for 10 ms, in the middle of which a request may wait. */
async function deliver(yielding: Yielding, isWaiting: boolean): Promise<void> {
  const delivered = yielding.during(() => new Promise((resolve) => setTimeout(resolve, 10)))
  vi.advanceTimersByTime(5)
  if (isWaiting) waitedMs = performance.now()
  await vi.advanceTimersByTimeAsync(5)
  await delivered
}

test('a batch follows another at once while no request waits', async () => {
  const yielding = yieldTo()
  await deliver(yielding, false)
  expect([yielding.mayBegin(), yielding.leftMs()]).toEqual([true, Infinity])
})

test('a batch rests nine times as long while requests wait', async () => {
  const yielding = yieldTo()
  await deliver(yielding, true)
  expect([yielding.mayBegin(), yielding.leftMs()]).toEqual([false, 90])
  vi.advanceTimersByTime(90)
  expect(yielding.mayBegin()).toBe(true)
})

test('one batch at a time is delivered while requests wait', async () => {
  const yielding = yieldTo()
  const end = Promise.withResolvers<void>()
  const delivered = yielding.during(() => end.promise)
  expect(yielding.mayBegin()).toBe(true)
  waitedMs = performance.now()
  expect(yielding.mayBegin()).toBe(false)
  vi.advanceTimersByTime(101)
  expect(yielding.mayBegin()).toBe(true)
  end.resolve()
  await delivered
})

test('a full queue is worked off whatever waits', async () => {
  const yielding = yieldTo()
  await deliver(yielding, true)
  isFull = true
  expect([yielding.mayBegin(), yielding.leftMs()]).toEqual([true, Infinity])
})
