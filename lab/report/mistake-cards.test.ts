import { expect, test } from 'vitest'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import { buildCards } from './mistake-cards.ts'

const cards = buildCards(synthesizeMeasurement({ seed: 1 }))

const wrongFigure = (id: string) =>
  Number.parseFloat(cards.find((card) => card.id === id)?.wrong.figure ?? '')

test('every mistake can be made with the samples of a quick profile', () => {
  expect(cards.map(({ id }) => id)).toEqual([
    'mixed',
    'errors',
    'closed-loop',
    'omission',
    'warm-up',
    'averages',
    'two-runs',
  ])
})

test('every mistake changes the headline', () => {
  for (const { id, right, wrong } of cards) expect(wrong.figure, id).not.toBe(right.figure)
})

test('a mixed percentile jumps by more than ten times', () => {
  expect(wrongFigure('mixed')).toBeGreaterThan(10)
})

test('intended 400s are between 3.5 and 7.5 % of all requests', () => {
  expect(wrongFigure('errors')).toBeGreaterThan(3.5)
  expect(wrongFigure('errors')).toBeLessThan(7.5)
})
