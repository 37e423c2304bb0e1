import { expect, test } from 'vitest'
import { containerOf, functionNames, services } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { compose, docker, style } from './compose.ts'
import { startLoad } from './load.ts'

const names = functionNames.map((name) => services[name].name)
// What a registration answers.
const registered = style === 'sync' ? 201 : 202
const patience = { timeout: 60_000, interval: 100 }

test('stopping under load answers all accepted requests', async () => {
  const load = startLoad()
  await expect.poll(() => load.answered.get(registered) ?? 0, patience).toBeGreaterThan(0)
  await compose('stop', ...names)
  await load.stop()
  // Docker's proxy accepts connections that the service already refuses. The log of the service has
  // the requests that it accepted.
  const logs = await compose('logs', '--no-log-prefix', ...names)
  expect(load.lost.filter((id) => logs.includes(id))).toEqual([])
  expect(load.lost.length + load.refused).toBeGreaterThan(0)
  const codes = await Promise.all(
    functionNames.map((name) =>
      docker('inspect', '--format', '{{.State.ExitCode}}', containerOf(name, styles[style])),
    ),
  )
  expect(codes).toEqual(functionNames.map(() => '0'))
}, 150_000)
