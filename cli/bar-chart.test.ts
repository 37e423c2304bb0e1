import { expect, test } from 'vitest'
import { drawBars } from './bar-chart.ts'

test('bars are as long as their values', () => {
  const bars = [
    { label: '1/s', value: 4, note: '4 ms' },
    { label: '10/s', value: 16, note: '16 ms' },
    { label: '20/s', value: 6.5, note: '' },
  ]
  expect(drawBars(bars, 4).split('\n')).toEqual([' 1/s █ 4 ms', '10/s ████ 16 ms', '20/s █▋'])
})

test('a small value shows, none does not', () => {
  const bars = [
    { label: 'a', value: 0.001, note: '' },
    { label: 'b', value: 0, note: '0' },
    { label: 'c', value: 100, note: '' },
  ]
  expect(drawBars(bars, 2).split('\n')).toEqual(['a ▏', 'b  0', 'c ██'])
})

test('a chart of nothing but zeros has no bars', () => {
  expect(drawBars([{ label: 'a', value: 0, note: '0 ms' }], 4)).toBe('a  0 ms')
})
