import { expect, test } from 'vitest'
import { predict } from '../lab/predict/prediction.ts'
import { parseCommand } from './command-line.ts'
import { predictCommand, predictOptionsOf } from './predict-options.ts'
import { printPrediction } from './predict-text.ts'

function linesOf(...args: string[]): string[] {
  const command = predictCommand()
  parseCommand(command, args)
  const options = predictOptionsOf(command)
  return printPrediction(predict({ service: options.service, ...options.load }), options).split(
    '\n',
  )
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
