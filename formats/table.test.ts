import { expect, test } from 'vitest'
import { inWords, percent, printTable } from './table.ts'

test('aligns names left, numbers right and verdicts left', () => {
  expect(
    printTable(
      ['name', 'count', 'verdict'],
      [
        ['a', '10', 'passed'],
        ['longer', '5', 'FAILED'],
      ],
    ),
  ).toBe(['name    count  verdict', 'a          10  passed', 'longer      5  FAILED'].join('\n'))
})

test('says times as a person would', () => {
  expect([0, 0.001, 0.844, 9.94, 9.96, 999, 2006, undefined].map(inWords)).toEqual([
    '0.00 ms',
    '<0.01 ms',
    '0.84 ms',
    '9.9 ms',
    '10 ms',
    '999 ms',
    '2.01 s',
    '–',
  ])
})

test('shows no failure as none, and few as some', () => {
  expect([0, 0.0001, 0.042, 1].map(percent)).toEqual(['0.0 %', '<0.1 %', '4.2 %', '100.0 %'])
})
