import { expect, test } from 'vitest'
import type { LoadMeasurement } from '../lab/load-figures.ts'
import { printReplicas } from './lab.ts'

const loadWith = (answeredBy: LoadMeasurement['answeredBy']) =>
  ({ condition: '2', load: 'scenario-1', answeredBy }) as LoadMeasurement

test('replicas are named with their shares', () => {
  const measured = [loadWith([{ old: 8 }, { a: 49, b: 51 }])]
  expect(printReplicas({ measured })).toBe(
    'Answered, in the last run of each load, by:\n  2/scenario-1  b 51.0 %, a 49.0 %',
  )
})

test('one host is not named', () => {
  const measured = [loadWith([{ laptop: 8 }]), loadWith([{ laptop: 9 }])]
  expect(printReplicas({ measured })).toBe('')
})
