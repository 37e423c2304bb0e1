import { expect, test } from 'vitest'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import { openLoads } from './open-loads.ts'
import { theoryLatencies, theoryOf } from './theory.ts'

const { measurement } = synthesizeMeasurement({ seed: 1 })
const loads = [...openLoads(measurement).values()].flat()

test.each(loads.map((load) => [load.measured.load, load] as const))(
  'the curve passes through what was predicted for %s',
  (_name, load) => {
    const scenario = openLoads(measurement).get(load.measured.scenario) ?? []
    const mine = scenario.filter(({ arrivals }) => arrivals === load.arrivals)
    const point = theoryOf(measurement, mine).find((it) => it.perSecond === load.perSecond)
    const { medianMs, queueP95Ms, refusedShare = Number.NaN } = load.predicted ?? {}
    expect(point?.medianMs).toBeCloseTo(medianMs ?? Number.NaN, 6)
    expect(point?.queueP95Ms).toBeCloseTo(queueP95Ms ?? Number.NaN, 6)
    expect(point?.refusedShare).toBeCloseTo(refusedShare * 100, 6)
  },
)

const payments = (arrivals: string) =>
  (openLoads(measurement).get(2) ?? []).filter((load) => load.arrivals === arrivals)

test('even arrivals below the ceiling never wait, above it some are refused', () => {
  for (const point of theoryOf(measurement, payments('even'))) {
    if (point.isAbove) expect(point.refusedShare).toBeGreaterThan(0)
    else expect(point).toMatchObject({ queueP95Ms: 0, refusedShare: 0 })
  }
})

test('the ceiling is where the rate of answers stops to grow', () => {
  const completed = theoryOf(measurement, payments('even')).map((it) => it.completedPerSecond)
  // Ten slots of 200 ms.
  expect(Math.max(...completed)).toBe(50)
})

test('rates come in order, each once, and reach beyond the highest load', () => {
  const rates = theoryOf(measurement, payments('even')).map(({ perSecond }) => perSecond)
  expect(rates).toEqual([...new Set(rates)].toSorted((a, b) => a - b))
  expect(rates.at(-1)).toBeGreaterThan(75)
})

test('the latencies of a load include the wait for a slot', () => {
  const busiest = payments('poisson').at(-1)
  if (!busiest) throw new Error('There are no Poisson arrivals')
  const latencies = theoryLatencies(measurement, busiest)
  expect(Math.min(...latencies)).toBeGreaterThanOrEqual(200)
  expect(Math.max(...latencies)).toBeGreaterThan(250)
})
