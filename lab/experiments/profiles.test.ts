import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { experimentsOf, profileMinutes, profileNames, secondsFor } from './profiles.ts'

// Calibration, gate and waterfalls.
const before = 45

test.each(profileNames)('the %s profile takes the minutes that the docs name', async (profile) => {
  const seconds = before + secondsFor(experimentsOf(profile, { cores: 2 }))
  expect(Math.ceil(seconds / 60)).toBe(profileMinutes[profile])
  const docs = await readFile(new URL('../../docs/experiments.md', import.meta.url), 'utf8')
  expect(docs).toContain(`about ${profileMinutes[profile]} minutes`)
})
