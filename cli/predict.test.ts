import { readFile } from 'node:fs/promises'
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

/** The same of a short simulation, for lines without its figures. */
function roughLinesOf(...args: string[]): string[] {
  const { service, load } = optionsOf(...args)
  return printPrediction(predict({ service, ...load, budget: 20_000 }), load).split('\n')
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
  expect(lineOf(lines, 'method')).toBe("exact: Little's law, D/D/c")
})

test('a service above its ceiling names its refusals', () => {
  const lines = linesOf('--rate', '10', '--delay', '2000', '--slots', '10', '--queue', '20')
  expect(lineOf(lines, 'refused')).toMatch(/^50\.\d % ± 0\.\d points \(queue_full 50\.\d %\)$/)
  expect(lineOf(lines, 'method')).toMatch(
    /^simulation of \d+ requests, seed 1; ± is half the 95 % interval$/,
  )
})

test('calls, connections and cores add up to the service time', () => {
  const times = ['--hops', '3', '--hop-cost', '4', '--query', '5', '--cpu', '10']
  expect(lineOf(roughLinesOf('--rate', '1', ...times), 'service time')).toBe('27 ms')
})

test('slots, cores and connections each have a line of waits', () => {
  const resources = ['--cpu', '12', '--cores', '2', '--query', '50']
  const lines = linesOf('--rate', '120', '--delay', '200', ...resources)
  const names = lines.map((line) => /^waiting for (.*?)\s+mean /.exec(line)?.[1])
  expect(names.filter((name) => name)).toEqual(['a slot', 'cores', 'the pool'])
  expect(lineOf(lines, 'waiting for cores')).toMatch(/^mean [45]\.\d ms ± \d+ %, median/)
})

test('no number of slots keeps requests from waiting for the pool', () => {
  const lines = roughLinesOf('--rate', '9.5', '--query', '100', '--pool', '1')
  expect(lineOf(lines, 'slots that would do')).toMatch(/^none: even with 10000 slots, 9\d/)
})

test('what has not settled is said in the table and in the chart', () => {
  const lines = linesOf('--rate', '133.333', '--delay', '300')
  expect(lineOf(lines, 'method')).toMatch(/ requests, seed 1; not settled: /)
  expect(lines.filter((line) => line.endsWith(', not settled'))).toEqual([
    expect.stringMatching(/^→ 133\/s /),
  ])
})

test('half of the requests are refused at the ceiling of one slot without a queue', () => {
  const lines = linesOf('--rate', '10', '--delay', '100', '--queue', '0', '--slots', '1')
  expect(lineOf(lines, 'refused')).toBe('50.0 %')
  expect(lines.join()).not.toMatch(/NaN|Infinity|undefined/)
})

test('the documentation shows the output', async () => {
  const text = await readFile(new URL('../docs/predictions.md', import.meta.url), 'utf8')
  const [, args = '', output] = /npm run predict -- (.*)\n```\n\n```\n([^`]*)\n```/.exec(text) ?? []
  expect(linesOf(...args.split(' ')).join('\n')).toBe(output)
})

test('cores that are short cannot be replaced by slots', () => {
  const lines = roughLinesOf('--rate', '180', '--cpu', '12', '--cores', '2')
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
  [['--slots', '0x10'], '--slots must be a number, not "0x10"'],
  [['--slots', '5', '--slots', '6'], '--slots is given twice'],
  [['--arrivals', 'even', '--arrivals', 'poisson'], '--arrivals is given twice'],
  [['--delay', '0.000001'], 'must be at least 0.001 ms'],
  [['--replicas', 'two'], '--replicas must be a number, not "two"'],
  [['--replicas', '2', '0'], '--replicas must be a whole number from 1 to 200000, not "0"'],
  [['--replicas', '1000', '--slots', '1000'], 'at most 200000 slots in all'],
])('%j is refused', (args, message) => {
  const delay = args[0] === '--delay' ? [] : ['--delay', '2000']
  expect(() => optionsOf('--rate', '15', ...delay, ...args)).toThrow(message)
})
