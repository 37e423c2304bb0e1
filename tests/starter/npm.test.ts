import { afterAll, expect, test } from 'vitest'
import { takenPorts } from '../../local/processes/ports.ts'
import { postJson } from '../in-process.ts'
import { postsInProgress } from '../service-metrics.ts'
import { alive, findPlace, processesOf, removeFolder, startNpm } from './starter.ts'

const { folder, firstPort, args } = await findPlace()
const other = await findPlace()
afterAll(async () => {
  for (const each of [folder, other.folder]) await removeFolder(each)
})

const labs = [
  { place: { folder, firstPort }, options: args, signal: 'SIGTERM' },
  { place: other, options: ['--async', ...other.args], signal: 'SIGINT' },
] as const

const urlOf = (port: number) => `http://127.0.0.1:${port}`
const register = (port: number, email: string) =>
  fetch(`${urlOf(port)}/register`, postJson({ email }))

test('both styles run at once, and a signal to npm itself ends all of a lab', {
  timeout: 90_000,
}, async () => {
  const running = labs.map(({ options }) => startNpm('start', [...options]))
  for (const npm of running) expect(await npm.line('ready')).toMatch(/^ready/m)
  const ports = labs.map(({ place }) => place.firstPort)
  const answers = await Promise.all(ports.map((port) => register(port, 'both@example.com')))
  expect(answers.map(({ status }) => status)).toEqual([201, 202])
  const health = await (await fetch(`${urlOf(other.firstPort)}/health`)).json()
  expect(health).toMatchObject({ status: 'healthy', architecture: 'async' })
  for (const [index, { place, signal }] of labs.entries()) {
    const processes = await processesOf(place.folder)
    running[index]?.process.kill(signal)
    await running[index]?.exited
    await expect.poll(() => alive(processes)).toEqual([])
    expect(await takenPorts(place.firstPort, '127.0.0.1')).toEqual([])
  }
})

test('Ctrl-C in a terminal lets accepted requests finish', async () => {
  const npm = startNpm('start', args, { EMAIL_DELAY_MS: '10000' })
  await npm.line('ready')
  const answer = register(firstPort, 'ctrl-c@example.com')
  await expect.poll(() => postsInProgress(urlOf(firstPort))).toBe(1)
  // The terminal signals both npm and the starter; npm passes its signal on as well.
  process.kill(-(npm.process.pid ?? 0), 'SIGINT')
  expect((await answer).status).toBe(201)
  await npm.exited
  expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
})
