import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'
import type { RequestVariables } from './spans.ts'

const app = new Hono<{ Variables: RequestVariables }>().get('/', (c) => c.text(requestIdOf(c)))

/** The id of a request whose caller gave it this one. */
const idFor = async (given: string) =>
  (await app.request('/', { headers: { 'x-request-id': given } })).text()

test('a request keeps the id that its caller gave it', async () => {
  expect(await idFor('the-one')).toBe('the-one')
})

test.each(['', 'two words', 'x'.repeat(256)])(
  'an id of another form is replaced',
  async (given) => {
    expect(await idFor(given)).toMatch(/^[\da-f]{8}-/)
  },
)
