import { afterAll, expect, test } from 'vitest'
import { takenPorts } from '../../local/processes/ports.ts'
import { postJson } from '../in-process.ts'
import { postsInProgress } from '../service-metrics.ts'
import { alive, findPlace, processesOf, removeFolder, startNpm } from './starter.ts'

const { folder, firstPort, args } = await findPlace()
afterAll(() => removeFolder(folder))

test.each(['SIGTERM', 'SIGINT'] as const)('%s to npm itself ends the whole lab', async (signal) => {
  const npm = startNpm('start', args)
  await npm.line('ready')
  const processes = await processesOf(folder)
  npm.process.kill(signal)
  await npm.exited
  await expect.poll(() => alive(processes)).toEqual([])
  expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
})

test('Ctrl-C in a terminal lets accepted requests finish', async () => {
  const npm = startNpm('start', args, { EMAIL_DELAY_MS: '10000' })
  await npm.line('ready')
  const url = `http://127.0.0.1:${firstPort}`
  const answer = fetch(`${url}/register`, postJson({ email: 'ctrl-c@example.com' }))
  await expect.poll(() => postsInProgress(url)).toBe(1)
  // The terminal signals both npm and the starter; npm passes its signal on as well.
  process.kill(-(npm.process.pid ?? 0), 'SIGINT')
  expect((await answer).status).toBe(201)
  await npm.exited
  expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
})
