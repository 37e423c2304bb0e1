import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Experiment, secondsOfStart } from '../experiment.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { canonicalJson } from '../predict/predict-loads.ts'
import { baseline, lengthen } from './one-client.ts'
import { experimentsOf, labSeconds, profileMinutes, profileNames } from './profiles.ts'

// Warm-up, calibration, gate and waterfalls.
const before = 52

test.each(profileNames)('the %s profile takes the minutes that the docs name', async (profile) => {
  const experiments = experimentsOf(profile, { cores: 2 })
  const labs = new Set(experiments.map(({ settings }) => canonicalJson(settings))).size
  const runs = experiments.reduce((sum, each) => sum + each.starts * secondsOfStart(each), 0)
  const seconds = before + 3 * labs * labSeconds + runs
  expect(Math.ceil(seconds / 60)).toBe(profileMinutes[profile])
  const docs = await readFile(new URL('../../docs/experiments.md', import.meta.url), 'utf8')
  expect(docs).toContain(`about ${profileMinutes[profile]} minutes`)
})

test.each(profileNames)('the %s profile has six runs of three starts', (profile) => {
  for (const { starts, runsPerStart } of experimentsOf(profile, { cores: 2 })) {
    expect(starts).toBeGreaterThanOrEqual(3)
    expect(starts * runsPerStart).toBeGreaterThanOrEqual(6)
  }
})

// Ten slots end together: one burst has no rate.
test.each(profileNames)('the closed load of the %s profile sees more than one burst', (profile) => {
  const capacity = experimentsOf(profile, { cores: 2 }).find(({ name }) => name === 'capacity')
  const loads = capacity?.conditions.flatMap((condition) => condition.loads) ?? []
  const closed = loads.find(({ name }) => name === 'scenario-2-closed-150')
  const { PAYMENT_DELAY_MS } = withDefaults(capacity?.settings ?? {})
  const countedMs = ((closed?.seconds ?? 0) - (closed?.warmupSeconds ?? 0)) * 1000
  expect(countedMs).toBeGreaterThan(2 * PAYMENT_DELAY_MS)
})

test('a comparison plays what waits for nothing three times as long', () => {
  const { quick, full } = baseline
  const secondsOf = ({ conditions: [alone] }: Experiment) =>
    alone?.loads.map(({ seconds, warmupSeconds }) => Number((seconds - warmupSeconds).toFixed(6)))
  expect(secondsOf(quick)).toEqual([0.9, 0.1, 0.7, 0.1, 0.7, 0.7])
  expect(secondsOf(lengthen(quick))).toEqual([0.9, 0.1, 2.1, 0.1, 2.1, 2.1])
  expect(lengthen(full)).toEqual(full)
})
