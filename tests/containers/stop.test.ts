import { expect, test } from 'vitest'
import { functionNames, services } from '../../runtime/services.ts'
import { compose, docker } from './compose.ts'
import { startLoad } from './load.ts'

const patience = { timeout: 60_000, interval: 100 }

test('stopped under load, the lab answers all that it accepted, and every service ends with 0', async () => {
  const load = startLoad()
  await expect.poll(() => load.answered.get(201) ?? 0, patience).toBeGreaterThan(0)
  await compose('stop', ...functionNames.map((name) => services[name].name))
  await load.stop()
  expect(load.lost).toEqual([])
  expect(load.refused).toBeGreaterThan(0)
  const codes = await Promise.all(
    functionNames.map((name) => docker('inspect', '--format', '{{.State.ExitCode}}', `${services[name].name}_sync`)),
  )
  expect(codes).toEqual(functionNames.map(() => '0'))
}, 150_000)
