import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

test('gives out slots, then queues requests in order', async () => {
  const slots = createSlots({ concurrency: 1 })
  const order: string[] = []
  await slots.acquire()
  const first = slots.acquire().then(() => order.push('first'))
  const second = slots.acquire().then(() => order.push('second'))
  expect([slots.inUse, slots.queued]).toEqual([1, 2])
  slots.release(1)
  await first
  slots.release(1)
  await second
  expect(order).toEqual(['first', 'second'])
  slots.release(1)
  expect([slots.inUse, slots.queued]).toEqual([0, 0])
})

test('refuses at once if the queue is full', async () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 0 })
  await slots.acquire()
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'queue_full' })
})

test('refuses and forgets a request that waits too long', async () => {
  const slots = createSlots({ concurrency: 1, queueTimeoutMs: 5 })
  await slots.acquire()
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'queue_timeout' })
  expect(slots.queued).toBe(0)
  slots.release(1)
  expect(slots.tryAcquire()).toBe(true)
})

test('removes clients that disconnect, and queues none that already have', async () => {
  const slots = createSlots({ concurrency: 1 })
  await slots.acquire()
  const leaving = new AbortController()
  const waiting = slots.acquire({ signal: leaving.signal })
  leaving.abort()
  await expect(waiting).rejects.toMatchObject({ reason: 'client_left' })
  await expect(slots.acquire({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    reason: 'client_left',
  })
  expect(slots.queued).toBe(0)
})

test('refuses on arrival if the wait would exceed a limit', async () => {
  const slots = createSlots({ concurrency: 2, queueTimeoutMs: 1000 })
  await Promise.all([slots.acquire(), slots.acquire()])
  slots.release(400)
  await slots.acquire()
  await expect(slots.acquire({ remainingMs: 399 })).rejects.toMatchObject({
    reason: 'wait_too_long',
  })
  const waiting = [0, 1, 2, 3].map(() => slots.acquire())
  // It would have to wait for two rounds of 400 ms and for its own.
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'wait_too_long' })
  expect(slots.queued).toBe(4)
  for (const admitted of waiting) {
    slots.release(400)
    await admitted
  }
})

test('early refusals do not lower the estimated wait', async () => {
  const slots = createSlots({ concurrency: 1, queueTimeoutMs: 1000 })
  const hold = async (heldMs: number, isServed: boolean) => {
    await slots.acquire()
    slots.release(heldMs, isServed)
  }
  await hold(0.1, false)
  await hold(2000, true)
  for (let refused = 0; refused < 30; refused++) await hold(0.1, false)
  expect(slots.estimateWaitMs()).toBe(2000)
})

test('failures that hold their slot for long raise the estimated wait', async () => {
  const slots = createSlots({ concurrency: 1 })
  for (const [heldMs, isServed] of [
    [100, true],
    [1100, false],
  ] as const) {
    await slots.acquire()
    slots.release(heldMs, isServed)
  }
  expect(slots.estimateWaitMs()).toBe(200)
})
