import { expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/load/scenarios.ts'
import { freePorts, takenPorts } from '../../local/processes/ports.ts'
import { portOf } from '../../model/services.ts'
import { startNpm } from '../starter/starter.ts'
import { countsOf } from './histogram.ts'

const free = (firstPort: number) =>
  expect.poll(() => takenPorts(firstPort, '127.0.0.1')).toEqual([])

test.each(['SIGTERM', 'SIGINT'] as const)('%s to npm ends a load and its lab', async (signal) => {
  const firstPort = await freePorts()
  const args = ['light', '--only', '6', '--first-port', String(firstPort)]
  const load = startNpm('load', args)
  const analytics = `http://127.0.0.1:${portOf('analytics', firstPort)}`
  const clicks = () =>
    countsOf(analytics, scenarioOf(6)).then(
      ({ total }) => total,
      () => 0,
    )
  await expect.poll(clicks, { timeout: 60_000, interval: 200 }).toBeGreaterThan(0)
  load.process.kill(signal)
  expect(await load.exited).not.toBe(0)
  await free(firstPort)
})

test('SIGTERM to npm ends a lab that is still starting', async () => {
  const firstPort = await freePorts()
  const load = startNpm('load', ['light', '--first-port', String(firstPort)])
  await load.line('No lab is running')
  load.process.kill('SIGTERM')
  expect(await load.exited).not.toBe(0)
  await free(firstPort)
})
