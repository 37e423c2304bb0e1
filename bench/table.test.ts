import { expect, test } from 'vitest'
import { figureOf } from './figure.ts'
import { digits, renderTable } from './table.ts'

test('the table shows medians, spreads and verdicts', () => {
  const figure = { part: 'hop', measure: 'CPU of a call', unit: 'µs' }
  const target = { of: 'ratio', atMost: 1.5 } as const
  const table = renderTable([
    figureOf({ ...figure, ours: [200, 300, 400], floor: [100, 100, 100], target }),
    figureOf({ ...figure, ours: [5] }),
  ])
  const [head, judged, alone] = table.split('\n')
  expect(head).toMatch(/^measure +unit +ours +floor +ours : floor +target +verdict$/)
  expect(judged).toMatch(
    /^hop: CPU of a call +µs +300 \(200–400\) +100 +3 \(2–4\) +ratio ≤ 1.5 +not met$/,
  )
  expect(alone).toMatch(/µs +5 +– +–$/)
})

test.each([
  [0.7139, '0.714'],
  [1.499, '1.5'],
  [99.96, '100'],
  [17657.6, '17658'],
])('%d is shown as %s', (value, shown) => {
  expect(digits(value)).toBe(shown)
})
