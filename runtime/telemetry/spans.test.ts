import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { asCurrent, type RequestVariables, recordSpan, serverTimingOf, sumByName } from './spans.ts'

const span = (name: string, duration: number, accounted?: number) => ({
  name,
  kind: 'internal' as const,
  start: 0,
  duration,
  ...(accounted !== undefined && { accounted }),
})

test('spans are summed by name, in the order of their first occurrence', () => {
  const sums = sumByName([span('db', 1), span('email', 5), span('db', 2)])
  expect([...sums]).toEqual([
    ['db', 3],
    ['email', 5],
  ])
})

test('a span counts as what it accounts for', () => {
  expect(sumByName([span('cpu', 9, 4)]).get('cpu')).toBe(4)
})

test('Server-Timing shows the spans of a request, then its time', async () => {
  const app = new Hono<{ Variables: RequestVariables }>()
  app.get('/', (c) => {
    asCurrent(c, () => recordSpan({ name: 'db', start: 0, duration: 2.5 }))
    return c.text(serverTimingOf(c, 3))
  })
  const total = 'total;dur=3.0;desc="Total Response Time"'
  expect(await (await app.request('/')).text()).toBe(`db;dur=2.5,${total}`)
})

test('a span outside of a request is ignored', () => {
  expect(() => recordSpan({ name: 'db', start: 0 })).not.toThrow()
})
