import { afterAll, expect, test } from 'vitest'
import { createDigestWorkers } from './workers.ts'

const workers = createDigestWorkers({ threads: 1 })
afterAll(() => workers.close())

const request = { seed: 'report', cpuSeconds: 0.005 }

test('reports end in the order in which they came', async () => {
  const ended: number[] = []
  await Promise.all(
    Array.from({ length: 40 }, async (_, number) => {
      await workers.digest(request, new AbortController().signal)
      ended.push(number)
    }),
  )
  expect(ended).toEqual(Array.from({ length: 40 }, (_, number) => number))
})

test('aborted reports leave at once, and their place goes on', async () => {
  const abortion = new AbortController()
  const running = workers.digest({ ...request, cpuSeconds: 600 }, abortion.signal)
  const waiting = workers.digest(request, abortion.signal)
  const next = workers.digest(request, new AbortController().signal)
  abortion.abort()
  await expect(running).rejects.toThrow('aborted')
  await expect(waiting).rejects.toThrow('client_left')
  expect((await next).iterations).toBeGreaterThan(1)
})
