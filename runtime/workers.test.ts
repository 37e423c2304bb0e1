import { Hono } from 'hono'
import { afterAll, expect, test } from 'vitest'
import { asCurrent, type RequestVariables, sumByName } from './telemetry/spans.ts'
import { createDigestWorkers } from './workers.ts'

const workers = createDigestWorkers({ threads: 1 })
afterAll(() => workers.close())

const digestFor = (seconds: number, signal = new AbortController().signal) =>
  workers.digest({ seed: 'report', cpuSeconds: seconds }, signal)

/** Keeps ten digests in flight, and aborts every fifth; returns the order in which they came and ended. */
async function keepTenInFlight(count: number) {
  const came: number[] = []
  const ended: number[] = []
  let next = 0
  async function client() {
    while (next < count) {
      const number = next++
      const leaving = new AbortController()
      const digest = digestFor(0.002, leaving.signal)
      if (number % 5 === 4) {
        leaving.abort()
        await expect(digest).rejects.toThrow('client_left')
        continue
      }
      came.push(number)
      await digest
      ended.push(number)
    }
  }
  await Promise.all(Array.from({ length: 10 }, client))
  return { came, ended }
}

test('reports are served in the order in which they came', async () => {
  const { came, ended } = await keepTenInFlight(80)
  expect(ended).toHaveLength(64)
  expect(ended).toEqual(came)
})

test('the wait for a thread is a phase of its own', async () => {
  const app = new Hono<{ Variables: RequestVariables }>()
  app.get('/', async (c) => {
    await asCurrent(c, () => digestFor(0.001))
    return c.json(Object.fromEntries(sumByName(c.get('spans'))))
  })
  const before = digestFor(0.1)
  const phases = (await (await app.request('/')).json()) as Record<string, number>
  await before
  expect(Object.keys(phases)).toEqual(['worker', 'cpu'])
  expect(phases.worker).toBeGreaterThanOrEqual(20)
  expect(phases.cpu).toBeLessThan(20)
})
