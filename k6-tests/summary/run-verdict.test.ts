import { expect, test } from 'vitest'
import { describeLoad } from '../load/options.ts'
import { elapsedOf, whyEnded } from './run-verdict.ts'

const after = (seconds: number) => ({
  metrics: {},
  state: { testRunDurationMs: 500 + seconds * 1000 },
})
const setupMs = 500

test('a load that ended on time uses its planned duration', () => {
  const elapsed = elapsedOf(after(41), { setupMs, scenarios: {} }, 30)
  expect(elapsed).toEqual({ total: 41, load: 30, planned: 30 })
  expect(whyEnded(elapsed)).toBeUndefined()
})

test('an interrupted load uses the elapsed time', () => {
  const elapsed = elapsedOf(after(12), { setupMs, scenarios: {} }, 30)
  expect(elapsed).toEqual({ total: 12, load: 12, planned: 30 })
  expect(whyEnded(elapsed)).toBe('the run was interrupted after 12 s of 30 s')
})

test('a load of the command line has its own duration', () => {
  const stages = [
    { duration: '1m30s', target: 3 },
    { duration: '10s', target: 0 },
  ]
  const ramping = { executor: 'ramping-vus', stages }
  const elapsed = elapsedOf(after(60), { setupMs, scenarios: { default: ramping } }, 30)
  expect(elapsed).toEqual({ total: 60, load: 60, planned: 100 })
  expect(describeLoad(ramping)).toBe('stages of 1m30s:3, 10s:0')
  expect(describeLoad({ executor: 'constant-vus', duration: '60s', vus: null })).toBe(
    '1 user for 60s',
  )
})
