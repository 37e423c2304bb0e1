import { expect, test } from 'vitest'
import {
  type Experiment,
  inSequence,
  placeInSequence,
  type SequentialLoad,
  scheduleRuns,
} from './experiment.ts'

const load = (name: string): SequentialLoad => ({
  ...{ name, scenario: 3, arrivals: 'closed', users: 1 },
  ...{ seconds: 1, warmupSeconds: 0.2, restSeconds: 0.5 },
})

const conditions = ['a', 'b', 'c', 'd'].map((name) => inSequence(name, [load('x'), load('y')]))
const experiment: Experiment = {
  name: 'baseline',
  title: 'test',
  settings: {},
  conditions,
  starts: 3,
  runsPerStart: 2,
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

test('runs are numbered over all starts', () => {
  const placeOf = ({ repeat, start }: { repeat: number; start: number }) => `${repeat}:${start}`
  const places = new Set(scheduleRuns(experiment, { seed: 1 }).map(placeOf))
  expect([...places]).toEqual(['0:0', '1:0', '2:1', '3:1', '4:2', '5:2'])
})

test('a further start goes on with the numbers', () => {
  const more = scheduleRuns(experiment, { seed: 1, from: 3, to: 4 })
  const ids = ['a', 'b', 'c', 'd'].flatMap((name) => [`baseline-${name}-7`, `baseline-${name}-8`])
  expect(more.map(({ id }) => id).sort()).toEqual(ids)
})

test('the loads of a condition change places between runs', () => {
  const firsts = scheduleRuns(experiment, { seed: 1 }).map(
    ({ condition }) => condition.loads.find(({ startSeconds }) => startSeconds === 0)?.name,
  )
  expect(new Set(firsts)).toEqual(new Set(['x', 'y']))
})

test('loads that are played at once stay together', () => {
  const loads = placeInSequence([[load('a'), load('b')], [load('c')]])
  const together = { ...experiment, conditions: [{ name: 'groups', loads }] }
  for (const { condition } of scheduleRuns(together, { seed: 1 })) {
    const startOf = (name: string) =>
      condition.loads.find((each) => each.name === name)?.startSeconds
    expect(startOf('a')).toBe(startOf('b'))
    expect(startOf('c')).not.toBe(startOf('a'))
  }
})

test('neighbouring seeds share no start times', () => {
  const seedsOf = (seed: number) => scheduleRuns(experiment, { seed }).map((run) => run.seed)
  expect(seedsOf(1).filter((seed) => seedsOf(2).includes(seed))).toEqual([])
})
