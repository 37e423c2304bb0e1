import { expect, test } from 'vitest'
import { waitAtLeast } from './wait.ts'

test('a wait lasts at least its length', async () => {
  const start = performance.now()
  await waitAtLeast(20)
  expect(performance.now() - start).toBeGreaterThanOrEqual(20)
})

test.each(['before', 'during'])('a signal that aborts %s a wait ends it', async (moment) => {
  const leaving = new AbortController()
  if (moment === 'before') leaving.abort()
  const wait = waitAtLeast(60_000, leaving.signal)
  leaving.abort()
  await expect(wait).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
})
