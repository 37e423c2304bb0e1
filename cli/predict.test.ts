import { expect, test } from 'vitest'
import { predict } from '../lab/predict/prediction.ts'
import { predictCeiling } from '../lab/predict/simulate-ceiling.ts'
import { parseCommand } from './command-line.ts'
import { predictOptions, predict as program } from './predict.ts'
import { drawBars, printCeilings, printPrediction } from './predict-text.ts'

function optionsOf(...args: string[]) {
  parseCommand(program.command, args)
  return predictOptions()
}

function linesOf(...args: string[]): string[] {
  const { service, load } = optionsOf(...args)
  return printPrediction(predict({ service, ...load }), load).split('\n')
}

const lineOf = (lines: string[], name: string) =>
  lines
    .find((line) => line.startsWith(name))
    ?.slice(name.length)
    .trim()

test('a service below its ceiling is described in lines', () => {
  const lines = linesOf('--rate', '100', '--delay', '300', '--arrivals', 'even')
  expect(lineOf(lines, 'service time')).toBe('300 ms')
  expect(lineOf(lines, 'ceiling')).toBe('133/s = 40 slots / 300 ms (Little 1961)')
  expect(lineOf(lines, 'utilisation')).toBe('75.0 % at 100/s, even arrivals')
  expect(lineOf(lines, 'latency')).toBe('median 300 ms, p95 300 ms, p99 300 ms')
  expect(lineOf(lines, 'slots that would do')).toMatch(/^30: /)
  expect(lineOf(lines, 'method')).toMatch('(D/D/c)')
})

test('a service above its ceiling names its refusals', () => {
  const lines = linesOf('--rate', '10', '--delay', '2000', '--slots', '10', '--queue', '20')
  expect(lineOf(lines, 'refused')).toMatch(/^50\.\d % \(queue_full 50\.\d %\)$/)
  expect(lineOf(lines, 'method')).toMatch(/^simulation of \d+ requests, seed 1$/)
})

test('calls, connections and cores add up to the service time', () => {
  const times = ['--hops', '3', '--hop-cost', '4', '--query', '5', '--cpu', '10']
  expect(lineOf(linesOf('--rate', '1', ...times), 'service time')).toBe('27 ms')
})

test('cores that are short cannot be replaced by slots', () => {
  const lines = linesOf('--rate', '180', '--cpu', '12', '--cores', '2')
  expect(lineOf(lines, 'slots that would do')).toBe('none: the cores allow 167/s, not 180/s')
})

test('the chart marks the rate that was asked for', () => {
  const marked = linesOf('--rate', '120', '--delay', '300').filter((line) => line.startsWith('→'))
  expect(marked).toEqual([expect.stringMatching(/^→ 120\/s █+.? 3\d\d ms$/)])
})

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

function ceilingLinesOf(...args: string[]): string[] {
  const { service, replicas } = optionsOf('--rate', '15', '--delay', '2000', ...args)
  const ceilings = replicas.map((count) => predictCeiling(service, { replicas: count, seed: 1 }))
  return printCeilings(ceilings).flatMap((table) => table.split('\n'))
}

test('the ceiling of each number of replicas has a line', () => {
  expect(ceilingLinesOf('--replicas', '1', '100')).toEqual([
    'replicas  ceiling  simulated, in turn  simulated, at random',
    '1            20/s                20/s  20/s',
    '100        2000/s              2000/s  2000/s',
  ])
})

test('nothing is simulated unless it is asked for', () => {
  expect(ceilingLinesOf()).toEqual([])
})

test.each([
  [['--replicas', 'two'], '--replicas must be a number, not "two"'],
  [['--replicas', '2', '0'], '--replicas must be a whole number from 1 to 200000, not "0"'],
  [['--replicas', '1000', '--slots', '1000'], 'at most 200000 slots in all'],
])('%j is refused', (args, message) => {
  expect(() => optionsOf('--rate', '15', '--delay', '2000', ...args)).toThrow(message)
})
