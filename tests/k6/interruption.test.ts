import { expect, test } from 'vitest'
import { takenPorts } from '../../local/ports.ts'
import { freePorts, startNpm } from '../starter/starter.ts'

const free = (firstPort: number) =>
  expect.poll(() => takenPorts(firstPort, '127.0.0.1')).toEqual([])

test.each(['SIGTERM', 'SIGINT'] as const)('%s to npm ends a load and its lab', async (signal) => {
  const firstPort = await freePorts()
  const args = ['light', '--only', '6', '--first-port', String(firstPort)]
  const load = startNpm('load', args)
  const clicks = async () => {
    const answer = await fetch(`http://127.0.0.1:${firstPort + 5}/metrics`).catch(() => undefined)
    return /^http_requests_total\{.*handler="\/track_click".*\} [1-9]/m.test(
      (await answer?.text()) ?? '',
    )
  }
  await expect.poll(clicks, { timeout: 60_000, interval: 200 }).toBe(true)
  load.process.kill(signal)
  expect(await load.exited).not.toBe(0)
  await free(firstPort)
})

test('SIGTERM to npm ends a lab that is still starting', async () => {
  const firstPort = await freePorts()
  const load = startNpm('load', ['light', '--first-port', String(firstPort)])
  await load.line('No lab is up')
  load.process.kill('SIGTERM')
  expect(await load.exited).not.toBe(0)
  await free(firstPort)
})
