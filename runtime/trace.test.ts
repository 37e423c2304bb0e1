import { expect, test } from 'vitest'
import { readTrace, writeTrace } from './trace.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('goes on with the trace that it is given, under a span of its own', () => {
  const header = writeTrace(readTrace(`00-${traceId}-00f067aa0ba902b7-00`))
  expect(header).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
  expect(header).not.toContain('00f067aa0ba902b7')
})

test.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`])(
  'begins a trace where it is given %j',
  (header) => {
    expect(readTrace(header).traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/)
  },
)
