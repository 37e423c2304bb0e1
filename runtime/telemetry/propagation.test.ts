import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { readTrace, requestIdOf, writeTrace } from './propagation.ts'
import type { RequestVariables } from './spans.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('goes on with the trace that it is given, under a span of its own', () => {
  const header = writeTrace(readTrace(`00-${traceId}-00f067aa0ba902b7-00`), '53995c3f42cd8ad8')
  expect(header).toBe(`00-${traceId}-53995c3f42cd8ad8-00`)
})

const parent = '00f067aa0ba902b7'

test.each([
  undefined,
  '',
  'nonsense',
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${parent}-01`,
  `00-${traceId}-${parent}-01-more`,
  `00-${traceId}-${parent}`,
  `00-${traceId}-${parent}-1`,
  `ff-${traceId}-${parent}-01`,
  `01-${traceId}-${parent}-01more`,
  `00-${traceId}-${parent}-01, 00-${traceId}-${parent}-01`,
])('begins a trace if it is given %j', (header) => {
  const trace = readTrace(header, 'vendor=1')
  expect(trace.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
  expect(trace.traceId).not.toBe(traceId)
  expect(trace.state).toBeUndefined()
})

test.each([`cc-${traceId}-${parent}-01`, `01-${traceId}-${parent}-01-what-comes-later`])(
  'reads the fields that it knows of a higher version: %s',
  (header) => {
    expect(readTrace(header)).toMatchObject({ traceId, flags: '01' })
  },
)

test('passes on the flags that it knows, and what the vendors say', () => {
  const header = `00-${traceId}-${parent}-ff`
  expect(readTrace(header, 'vendor=1')).toMatchObject({
    traceId,
    parentId: parent,
    flags: '03',
    state: 'vendor=1',
  })
})

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
