import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { HttpError, refuse } from '../../functions/http/refusal.ts'
import { onError } from '../http/errors.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import type { RequestVariables } from '../telemetry/spans.ts'
import { admit } from './admit.ts'
import { createSlots } from './slots.ts'

/** Whether the slot of a request learns from it how long one is held, by path. */
async function learnsFrom(path: string): Promise<unknown> {
  const slots = createSlots()
  const release = vi.spyOn(slots, 'release')
  const app = new Hono<{ Variables: RequestVariables }>()
    .use(admit({ slots, metrics: createMetrics({ processMetrics: false }) }))
    .get('/served', (c) => c.text('ok'))
    .get('/taken', (c) => refuse(c, { refused: 'taken', detail: 'Email already registered' }))
    .get('/invalid', (c) => c.json({ detail: [] }, 422))
    .get('/left', () => new Response(undefined, { status: 499 }))
    .get('/unavailable', () => {
      throw new HttpError(503, 'Database unavailable')
    })
  app.onError(onError)
  await app.request(path)
  return release.mock.calls[0]?.[1]
}

test.each(['/served', '/taken'])('%s has done its work in its slot', async (path) => {
  expect(await learnsFrom(path)).toBe(true)
})

test.each(['/invalid', '/left', '/unavailable'])('%s has not used its slot', async (path) => {
  expect(await learnsFrom(path)).toBe(false)
})
