import { expect, test } from 'vitest'
import type { Experiment } from './experiment.ts'
import { scheduleRuns } from './experiment.ts'

const conditions = ['a', 'b', 'c', 'd'].map((name) => ({ name, loads: [] }))
const experiment: Experiment = {
  name: 'baseline',
  title: 'test',
  settings: {},
  conditions,
  repeats: 6,
}

const orderOf = (repeat: number, seed = 1) =>
  scheduleRuns(experiment, { seed })
    .filter((run) => run.repeat === repeat)
    .map(({ condition }) => condition.name)
    .join('')

test('every condition is repeated before one comes again', () => {
  for (let repeat = 0; repeat < 6; repeat++)
    expect([...orderOf(repeat)].sort().join('')).toBe('abcd')
})

test('the order differs between repeats, and returns with the seed', () => {
  expect(new Set([0, 1, 2, 3, 4, 5].map((repeat) => orderOf(repeat))).size).toBeGreaterThan(2)
  expect(orderOf(3)).toBe(orderOf(3))
})

test('further repeats go on with the numbers', () => {
  const more = scheduleRuns(experiment, { seed: 1, from: 6, to: 7 })
  expect(more.map(({ id }) => id).sort()).toEqual([
    'baseline-a-7',
    'baseline-b-7',
    'baseline-c-7',
    'baseline-d-7',
  ])
})
