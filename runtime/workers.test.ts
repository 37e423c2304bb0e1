import { afterAll, expect, test } from 'vitest'
import { createTurns } from './turns.ts'
import { createDigestWorkers } from './workers.ts'

const workers = createDigestWorkers({ threads: 1 })
afterAll(() => workers.close())

const request = { seed: 'report', cpuSeconds: 0.005 }
const never = new AbortController().signal

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

test('a report that is aborted while it waits leaves at once', async () => {
  const abortion = new AbortController()
  const first = workers.digest(request, never)
  const second = workers.digest(request, abortion.signal)
  const third = workers.digest(request, never)
  abortion.abort(new Error('gone'))
  await expect(second).rejects.toThrow('gone')
  await Promise.all([first, third])
})

test('the place of a failed task goes to the next one', async () => {
  const turns = createTurns({ places: 1 })
  const failing = turns.run(() => Promise.reject(new Error('failed')), never)
  const next = turns.run(async () => 'next', never)
  await expect(failing).rejects.toThrow('failed')
  expect(await next).toBe('next')
})
