import { expect, test } from 'vitest'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import type { RunResult } from '../measurement.ts'
import { csvLine, resultsCsv, samplesCsv } from './csv.ts'

const source = synthesizeMeasurement({ seed: 1 })
const linesOf = (text: string) => text.split('\r\n').slice(0, -1)
/** Of lines without quotes. */
const recordsOf = (text: string) => {
  const [names = [], ...rows] = linesOf(text).map((line) => line.split(','))
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
}

test('commas, quotes and line ends are quoted, as RFC 4180 has it', () => {
  expect(csvLine(['a,b', 'say "no"', 'two\nlines', 1.5])).toBe(
    '"a,b","say ""no""","two\nlines",1.5\r\n',
  )
})

test('a value that was not measured is empty', () => {
  expect(csvLine([Number.NaN, null, undefined, 0, false])).toBe(',,,0,FALSE\r\n')
})

test('every request has a line of its own', () => {
  const requests = source.runs.reduce((sum, { samples }) => sum + samples.length, 0)
  expect([...samplesCsv(source)]).toHaveLength(requests + 1)
})

test('counted requests are those of the figures', () => {
  const records = recordsOf([...samplesCsv(source)].join(''))
  for (const load of source.measurement.measured) {
    const mine = records.filter(
      (it) =>
        it.experiment === load.experiment &&
        it.condition === load.condition &&
        it.load === load.load &&
        it.counted === 'TRUE',
    )
    expect(mine, load.load).toHaveLength(load.samples)
  }
})

test('requests of an excluded run are marked, and not counted', () => {
  const [first] = source.runs as [RunResult]
  const runs = [{ ...first, excluded: 'k6 waited for a core' }]
  const records = recordsOf([...samplesCsv({ ...source, runs })].join(''))
  expect(new Set(records.map((it) => `${it.excluded} ${it.counted}`))).toEqual(
    new Set(['TRUE FALSE']),
  )
})

test('phases have columns, empty where a request has none', () => {
  const records = recordsOf([...samplesCsv(source)].join(''))
  const update = records.find((it) => it.load === 'scenario-3')
  expect(Number(update?.phase_search_ms)).toBeGreaterThan(0)
  expect(records.find((it) => it.load === 'scenario-1')?.phase_search_ms).toBe('')
})

test('every figure of a load has a line with its prediction', () => {
  const records = recordsOf(resultsCsv(source.measurement))
  expect(records).toHaveLength(source.measurement.measured.length * 7)
  const refused = records.find(
    (it) => it.load === 'scenario-2-even-150' && it.figure === 'refused_share',
  )
  expect(refused).toMatchObject({ scenario: '2', arrivals: 'even', offered_per_second: '75' })
  expect(Number(refused?.value)).toBeCloseTo(1 / 3, 1)
  expect(Number(refused?.predicted)).toBeCloseTo(1 / 3, 1)
})
