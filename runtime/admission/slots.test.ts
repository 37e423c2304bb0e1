import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

test('gives slots until none is free, then lets wait in turn', async () => {
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

test('refuses at once where the queue is full', async () => {
  const slots = createSlots({ concurrency: 1, queueLimit: 0 })
  await slots.acquire()
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'queue_full' })
})

test('refuses who has waited too long, and forgets about it', async () => {
  const slots = createSlots({ concurrency: 1, queueTimeoutMs: 5 })
  await slots.acquire()
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'queue_timeout' })
  expect(slots.queued).toBe(0)
  slots.release(1)
  expect(slots.tryAcquire()).toBe(true)
})

test('lets a client that leaves out of the queue, and one that had left not in', async () => {
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

test('refuses on arrival whose wait would be longer than the queue allows, or than its caller will wait', async () => {
  const slots = createSlots({ concurrency: 2, queueTimeoutMs: 1000 })
  await Promise.all([slots.acquire(), slots.acquire()])
  slots.release(400)
  await slots.acquire()
  await expect(slots.acquire({ remainingMs: 399 })).rejects.toMatchObject({
    reason: 'wait_too_long',
  })
  const waiting = [0, 1, 2, 3].map(() => slots.acquire())
  // Two rounds of 400 ms are before it, and its own would be the third.
  await expect(slots.acquire()).rejects.toMatchObject({ reason: 'wait_too_long' })
  expect(slots.queued).toBe(4)
  for (const admitted of waiting) {
    slots.release(400)
    await admitted
  }
})
