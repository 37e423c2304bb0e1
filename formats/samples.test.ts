import { expect, test } from 'vitest'
import { formatSample, formatSummary, parseSample, summaryIn } from './samples.ts'

const sample = {
  id: '20261129T010203-4-17-0',
  load: 'payment-80',
  dueMs: 1250.5,
  lateMs: 0,
  latencyMs: 203.125,
  phases: { queue: 1.5, search: 2 },
  outcome: 'ok',
}

test.each([
  [{}],
  [{ phases: {} }],
  [{ servedBy: 'f2c0d91b7a3e' }],
  [{ servedBy: 'cache-1, Zürich' }],
  [{ servedBy: 'a "b" {c}\n{"id":"d"}\u2028', outcome: 'no_slot' }],
  [{ dueMs: 0, lateMs: 0.001, latencyMs: 86_400_000.125 }],
])('a sample with %j is one line, and read back', (given) => {
  const line = formatSample({ ...sample, ...given })
  expect(line).toMatch(/^[ -~]+$/)
  expect(parseSample(line)).toEqual({ ...sample, ...given })
})

test('a summary is read back, and no other line is one', () => {
  const summary = { sent: 3, machine: 'Übung' }
  const line = formatSummary(summary).trimEnd()
  expect(line).toMatch(/^[ -~]+$/)
  expect(JSON.parse(summaryIn(line) ?? '')).toEqual(summary)
  for (const other of [JSON.stringify(summary), formatSample(sample), 'level=info', ''])
    expect(summaryIn(other)).toBeUndefined()
})

test('times are rounded to the microsecond', () => {
  const given = { ...sample, dueMs: 0.1 + 0.2, latencyMs: 2.000_499_9 }
  expect(parseSample(formatSample(given))).toMatchObject({ dueMs: 0.3, latencyMs: 2 })
})

const changed = (change: object) => JSON.stringify({ ...sample, ...change })

test.each([
  '',
  'time="now" level=error msg="boom"',
  ` ${changed({})}`,
  changed({}).slice(0, -1),
  `${changed({})}${changed({})}`,
  `[${changed({})}]`,
  '{}',
  '{"dropped":0,"durationMs":1000}',
  changed({ id: undefined }),
  changed({ id: 7 }),
  changed({ load: '' }),
  changed({ load: { users: 5 } }),
  changed({ outcome: null }),
  changed({ dueMs: '1' }),
  changed({ latencyMs: Number.NaN }),
  changed({ phases: undefined }),
  changed({ phases: null }),
  changed({ phases: { queue: 'long' } }),
  changed({ servedBy: null }),
])('the line %j is no sample', (line) => {
  expect(parseSample(line)).toBeUndefined()
})
