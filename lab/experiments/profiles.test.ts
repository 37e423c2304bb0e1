import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { secondsOfStart } from '../experiment.ts'
import { canonicalJson } from '../predict/predict-loads.ts'
import { experimentsOf, labSeconds, profileMinutes, profileNames } from './profiles.ts'

// Warm-up, calibration, gate and waterfalls.
const before = 50

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
