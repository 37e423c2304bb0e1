import { expect, test } from 'vitest'
import { calleesOf, flatten, type PaymentOutcome, pathsOf, phasesOf, waitOf } from './paths.ts'
import { functionNames, services } from './services.ts'

const outcomes: readonly PaymentOutcome[] = ['fail', 'succeed']
const visits = outcomes.flatMap((outcome) => Object.values(pathsOf(outcome)).flatMap(flatten))

// A function may play in no scenario.
const players = functionNames.filter((name) => services[name].scenarios.length > 0)

test.each(players)('the paths call what %s is given', (name) => {
  const own = visits.filter(({ of }) => of === name)
  expect(own.length).toBeGreaterThan(0)
  expect(new Set(own.flatMap(calleesOf))).toEqual(new Set(services[name].calls))
})

test.each(visits)('$of needs what $route does', ({ of, queries = 0, computes = false }) => {
  expect(services[of].database).toBe(queries > 0)
  expect(services[of].workers ?? false).toBe(computes)
})

const email = { setting: 'EMAIL_DELAY_MS', of: 'email' }
const report = { setting: 'REPORT_CPU_SECONDS', of: 'report' }

test.each([
  [1, ['queue', 'pool', 'db', 'email'], email],
  [2, ['queue'], { setting: 'PAYMENT_DELAY_MS', of: 'payment' }],
  [3, ['queue', 'pool', 'db', 'search', 'cache', 'analytics'], undefined],
  [4, ['queue', 'worker', 'cpu'], report],
  [5, ['queue', 'pool', 'db', 'inventory', 'payment'], undefined],
  [6, ['queue'], undefined],
] as const)('scenario %i spends its time in %j', (number, phases, wait) => {
  const path = pathsOf('fail')[number]
  expect(phasesOf(path)).toEqual(phases)
  expect(waitOf(path)).toEqual(wait)
})
