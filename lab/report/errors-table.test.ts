import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import type { PredictionError } from '../load-figures.ts'
import { errorLine, errorsSection } from './errors-table.ts'

const errorOf = (load: string, share: number): PredictionError => ({
  ...{ experiment: 'capacity', condition: 'above', load, scenario: Number(load[9]) },
  ...{ figure: 'medianMs', unit: 'ms', predicted: 100, basis: 'simulation' },
  measured: { value: 100 * (1 + share) },
  error: { value: share, interval: { low: share - 0.01, high: share + 0.01 } },
})

const errors = [
  errorOf('scenario-1-even-150', 0.01),
  errorOf('scenario-4-even-150', -0.17),
  errorOf('scenario-2-even-150', 0.06),
]

test('the headline names the median and the worst load', () => {
  expect(errorLine(errors)?.replaceAll('\u00a0', ' ')).toBe(
    'Predictions are off by 6 % (median) and 17 % at most (reports at 150 %, even arrivals).',
  )
  expect(errorLine([])).toBeUndefined()
})

function rowsOf(selector: string, all: PredictionError[]) {
  const { document } = parseHTML(`<main>${errorsSection(all)}</main>`)
  return [...document.querySelectorAll(selector)].map(
    (row) => row.querySelector('th')?.firstChild?.textContent,
  )
}

test('predictions that miss are not folded, the worst first', () => {
  expect(rowsOf('main > table tbody tr', errors)).toEqual([
    'reports at 150 %, even arrivals',
    'payments at 150 %, even arrivals',
  ])
  expect(rowsOf('details tbody tr', errors)).toEqual(['registrations at 150 %, even arrivals'])
})

test('a wait that was not predicted at all is a miss', () => {
  const { error: _, ...rest } = errorOf('scenario-2-even-80', 0)
  const waited = { ...rest, predicted: 0, measured: { value: 8 } }
  expect(rowsOf('main > table tbody tr', [waited])).toHaveLength(1)
  const short = { ...rest, predicted: 0, measured: { value: 0.2 } }
  expect(rowsOf('main > table tbody tr', [short])).toEqual([])
})

test('the share off the prediction comes with its interval', async () => {
  const text = String(await errorsSection(errors)).replaceAll('\u00a0', ' ')
  expect(text).toContain('−17 %<small>−18 % to −16 %</small>')
})
