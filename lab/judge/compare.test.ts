import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { generateLab, mediansOf, type Shape } from '../../tests/statistics/generated-lab.ts'
import type { RunValues } from '../load-figures.ts'
import { compareLoads } from './compare.ts'
import { mapRuns } from './run-values.ts'

const size = { starts: 3, runsPerStart: 4, requests: 20 }

/** The medians of six loads; the third one of the second lab is slower by `factor`. */
function twoLabs(shape: Shape, factor = 1, seed = 1) {
  const [first, second] = [2 * seed, 2 * seed + 1].map((each) => generateLab(shape, size, each))
  return (first ?? []).map((load, index) => ({
    before: mediansOf(load),
    after: scale(mediansOf(second?.[index] ?? []), index === 2 ? factor : 1),
  }))
}

const scale = (values: RunValues, factor: number): RunValues =>
  values.map((start) => start.map((value) => (value === null ? null : value * factor)))

const verdictsOf = (loads: ReturnType<typeof twoLabs>) =>
  compareLoads(loads).map(({ verdict }) => verdict)

const quiet = { runSd: 0.02 }
const noisy = { runSd: 0.15 }

test('a slower load is found among equal ones, with its interval', () => {
  const judged = compareLoads(twoLabs(quiet, 1.2))
  expect(judged[2]?.text).toBe('slower by 23 % (19 to 27 %)')
  expect(judged.filter(({ verdict }) => verdict === 'slower')).toHaveLength(1)
})

test('a faster load is found', () => {
  expect(compareLoads(twoLabs(quiet, 0.8))[2]?.text).toBe('faster by 18 % (16 to 21 %)')
})

test('quiet loads that do not differ are alike, within a figure', () => {
  const [first] = compareLoads(twoLabs(quiet))
  expect(first?.text).toMatch(/^alike within ± [1-5](\.\d)? %$/)
})

test('noisy loads that do not differ are open, with what would tell', () => {
  expect(compareLoads(twoLabs(noisy))[0]?.text).toMatch(
    /^open: about \d+ more (run|start)s? a side would tell$/,
  )
})

test('a median that moved within 5 % is not alike', () => {
  const start = [100, 100.1, 99.9]
  const before = [start, start, start]
  const [judged] = compareLoads([{ before, after: scale(before, 1.02) }])
  expect(judged?.text).toMatch(/^slower by 2 % \(1\.9 to 2\.1 %\)$/)
})

test('starts that differ hide a change that equal starts show', () => {
  expect(verdictsOf(twoLabs({ runSd: 0.02 }, 1.1))[2]).toBe('slower')
  expect(verdictsOf(twoLabs({ runSd: 0.02, startSd: 0.1 }, 1.1))[2]).toBe('open')
})

test('runs in turns show a change in spite of slow seconds', () => {
  const seconds = [1, 1.6, 1.2, 3, 0.9]
  const slowed = (values: RunValues) =>
    mapRuns(values, (value, run) => value * (seconds[run % seconds.length] ?? 1))
  const loads = twoLabs(quiet, 1.2).map(({ before, after }) => ({
    before: slowed(before),
    after: slowed(after),
  }))
  expect(compareLoads(loads)[2]?.verdict).toBe('open')
  expect(compareLoads(loads, { interleaved: true })[2]?.verdict).toBe('slower')
})

test.each<[string, RunValues, string]>([
  ['one start', [[1, 2, 3, 4, 5, 6]], 'one start a side cannot tell a slower program'],
  ['five runs', inStarts([1, 2, 3, 4, 5], 3), '5 runs after are fewer than 6'],
  ['no answers', [[null, null, null], [null]], 'nothing was measured after'],
  ['no time', inStarts([0, 1, 1, 1, 1, 1], 3), 'a run after took no time'],
])('%s after is open', (_, after, reason) => {
  const before = inStarts([1, 2, 3, 1, 2, 3], 3)
  const [judged, other] = compareLoads([
    { before, after },
    { before, after: before },
  ])
  expect(judged?.text).toContain(`open: ${reason}`)
  expect(other?.difference?.ratio).toBe(1)
})

const start = [100, 101, 99]

test.each<[string, RunValues, RunValues]>([
  ['start', [start, start, start], [start, [null, null, null], start]],
  ['run', [start, [100, 900, 99], start], [start, [100, null, 99], start]],
])('a %s that only one side has is left out of the turns', (_, before, after) => {
  const [judged] = compareLoads([{ before, after }], { interleaved: true })
  expect(judged?.text).toMatch(/^alike within ± [0-4]/)
})

test('five pairs are too few, however many runs each side has', () => {
  const before = [[...start, null], start]
  const after = [[null, ...start], start]
  const [judged] = compareLoads([{ before, after }], { interleaved: true })
  expect(judged?.text).toBe('open: 5 runs in pairs are fewer than 6')
})

test('runs that are all equal are alike within 0 %', () => {
  const constant = inStarts([500, 500, 500, 500, 500, 500], 3)
  const [judged] = compareLoads([{ before: constant, after: constant }])
  expect(judged?.text).toBe('alike within ± 0 %')
})

test('one run far off makes a comparison open, not wrong', () => {
  const loads = twoLabs(quiet)
  const off = (loads[0]?.after ?? []).map((start, n) =>
    n === 0 ? [1e5, ...start.slice(1)] : start,
  )
  const [judged] = compareLoads([{ before: loads[0]?.before ?? [], after: off }])
  expect(judged?.verdict).toBe('open')
})
