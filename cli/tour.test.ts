import { expect, test } from 'vitest'
import { scenarios } from '../model/scenarios.ts'
import { printResult } from './tour.ts'

const slowest = {
  expected: { status: 400, atLeastMs: 0, because: 'compensated' },
  status: 400,
  measuredMs: 10_000,
  asExpected: true,
  servedBy: undefined,
  verdict: 'as expected, but slow',
}

test.each(scenarios)('the rows of scenario $number fit 100 columns', (scenario) => {
  const names = ['loop', 'body', 'queue', 'pool', 'db', 'inventory', 'payment']
  const phases = new Map([...names, 'total'].map((name) => [name, name === 'total' ? 9000 : 1000]))
  const rows = printResult(scenario, { ...slowest, phases }).split('\n')
  expect(rows).toHaveLength(3)
  for (const row of rows) expect(row.length).toBeLessThanOrEqual(100)
  const columns = ['400 compensated', 'loop 1000 +', 'inventory 1000 +']
  const places = columns.map((text, index) => rows[index]?.indexOf(text))
  expect(new Set(places).size).toBe(1)
  expect(places[0]).toBeGreaterThan(0)
})
