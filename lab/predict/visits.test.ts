import { expect, test } from 'vitest'
import { type Scenario, scenarios } from '../../model/scenarios.ts'
import { services } from '../../model/services.ts'
import { type Visit, visitsOf } from './visits.ts'

const rows: readonly Scenario[] = scenarios

const visitOf = ({ number }: Scenario): Visit => {
  const visit = visitsOf('fail')[number]
  if (!visit) throw new Error(`There is no visit of scenario ${number}`)
  return visit
}

const flatten = (visit: Visit): Visit[] => [visit, ...(visit.calls ?? []).flatMap(flatten)]

const called = ({ calls = [] }: Visit) => [...new Set(calls.map(({ of }) => of))]

test.each(rows)('scenario $number visits what the model says', (scenario) => {
  const visit = visitOf(scenario)
  expect(visit.of).toBe(scenario.function)
  const database = visit.queries ? ['pool', 'db'] : []
  const worker = visit.computes ? ['cpu'] : []
  expect(['queue', ...database, ...worker, ...called(visit)]).toEqual(scenario.phases)
})

test.each(rows)('scenario $number waits where the model says', (scenario) => {
  const waits = flatten(visitOf(scenario)).flatMap(({ of, waits, computes }) => {
    const setting = computes ? 'REPORT_CPU_SECONDS' : waits
    return setting ? [{ setting, of }] : []
  })
  expect(waits).toEqual(scenario.waitsFor ? [scenario.waitsFor] : [])
})

test.each(['fail', 'succeed'] as const)('visits with %s fit the services', (outcome) => {
  for (const { of, queries = 0, computes = false, ...visit } of Object.values(
    visitsOf(outcome),
  ).flatMap(flatten)) {
    expect(services[of].calls).toEqual(expect.arrayContaining(called({ of, ...visit })))
    expect(services[of].database).toBe(queries > 0)
    expect(services[of].workers ?? false).toBe(computes)
  }
})
