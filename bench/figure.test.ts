import { expect, test } from 'vitest'
import { digits, figureOf, ratiosOf, renderTable, spreadOf } from './figure.ts'

const names = { part: 'click', measure: 'clicks', unit: '1/s' }

test.each([
  ['a ratio at its lower limit is met', [8, 8, 8], { of: 'ratio', atLeast: 0.8 }, true],
  ['a ratio below it is not met', [7.9, 7.9, 20], { of: 'ratio', atLeast: 0.8 }, false],
  ['a ratio above an upper limit is not met', [16, 16, 16], { of: 'ratio', atMost: 1.5 }, false],
  ['our own value is judged alone', [9, 9, 9], { of: 'ours', atMost: 10 }, true],
] as const)('%s', (_, ours, target, met) => {
  expect(figureOf({ ...names, ours, floor: [10, 10, 10], target }).met).toBe(met)
})

test('a figure without a target is not judged', () => {
  expect(figureOf({ ...names, ours: [1], floor: [1] })).not.toHaveProperty('met')
})

test('a ratio is the median of the ratios of the rounds', () => {
  const { ratio } = figureOf({ ...names, ours: [1, 4, 9], floor: [1, 2, 3] })
  expect(ratio).toEqual({ median: 2, least: 1, most: 3 })
})

test('a ratio cannot be judged without a floor', () => {
  const target = { of: 'ratio', atLeast: 1 } as const
  expect(() => figureOf({ ...names, ours: [1], target })).toThrow('has no ratio to judge')
})

test('the median lies between the two middle values', () => {
  expect(spreadOf([4, 1, 3, 10])).toEqual({ median: 3.5, least: 1, most: 10 })
})

test('the median of odd rounds is one of them', () => {
  expect(spreadOf([9, 2, 5])).toEqual({ median: 5, least: 2, most: 9 })
})

test('no rounds have no spread', () => {
  expect(() => spreadOf([])).toThrow('There is no round')
})

test('a ratio compares the values of the same round', () => {
  expect(ratiosOf([10, 30], [20, 20])).toEqual([0.5, 1.5])
})

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
