import { expect, test } from 'vitest'
import { predictCeiling } from '../lab/predict/simulate-ceiling.ts'
import { printCeilings } from './ceilings-text.ts'
import { parseCommand } from './command-line.ts'
import { predictCommand, predictOptionsOf } from './predict-options.ts'

function optionsOf(...args: string[]) {
  const command = predictCommand()
  parseCommand(command, ['--rate', '15', '--delay', '2000', ...args])
  return predictOptionsOf(command)
}

function linesOf(...args: string[]): string[] {
  const { service, replicas } = optionsOf(...args)
  const ceilings = replicas.map((count) => predictCeiling(service, { replicas: count, seed: 1 }))
  return printCeilings(ceilings).flatMap((table) => table.split('\n'))
}

test('the ceiling of each number of replicas has a line', () => {
  expect(linesOf('--replicas', '1', '100')).toEqual([
    'replicas  ceiling  simulated, in turn  simulated, at random',
    '1            20/s                20/s  20/s',
    '100        2000/s              2000/s  2000/s',
  ])
})

test('nothing is simulated unless it is asked for', () => {
  expect(linesOf()).toEqual([])
})

test.each([
  [['--replicas', 'two'], '--replicas must be a number, not "two"'],
  [['--replicas', '2', '0'], '--replicas must be whole numbers from 1 on, not "0"'],
  [['--replicas', '1000', '--slots', '1000'], 'at most 200000 slots in all'],
])('%j is refused', (args, message) => {
  expect(() => optionsOf(...args)).toThrow(message)
})
