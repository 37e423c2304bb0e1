import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { readUntil, secondsOf } from './prefer-wait.ts'

test.each([
  [undefined, 0],
  ['', 0],
  ['wait=10', 10],
  ['Wait = "5"', 5],
  ['respond-async, wait=7; strict, return=minimal', 7],
  ['wait=99999', 30],
  ['wait=ten', 0],
  ['wait=1.5', 0],
  ['wait=-1', 0],
  ['await=10', 0],
  ['x="wait=10"', 0],
])('the preference %j waits %i s', (prefer, seconds) => {
  expect(secondsOf(prefer)).toBe(seconds)
})

/** A wait of ten seconds for work that does not end. */
async function waitInVain(signals: { draining?: AbortSignal; signal?: AbortSignal }) {
  const { draining = new AbortController().signal, signal } = signals
  let reads = 0
  const app = new Hono<{ Bindings: { draining: AbortSignal } }>()
  app.get('/', async (c) => {
    const state = await readUntil(
      c,
      async () => ++reads,
      () => false,
    )
    return c.json(state)
  })
  app.onError((error, c) => c.text(error.name, 500))
  const init = { headers: { prefer: 'wait=10' }, ...(signal && { signal }) }
  const response = await app.request('/', init, { draining })
  return { answer: await response.text(), reads }
}

test('nobody waits for a service that ends', async () => {
  expect(await waitInVain({ draining: AbortSignal.abort() })).toEqual({ answer: '1', reads: 1 })
  const { reads } = await waitInVain({ draining: AbortSignal.timeout(50) })
  expect(reads).toBe(2)
})

test('a wait ends when its client leaves', async () => {
  const { answer, reads } = await waitInVain({ signal: AbortSignal.timeout(50) })
  expect({ answer, reads }).toEqual({ answer: 'AbortError', reads: 1 })
})
