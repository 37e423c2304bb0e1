import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { takenPorts } from '../../local/ports.ts'
import { functionNames } from '../../model/services.ts'
import { postJson } from '../in-process.ts'
import { postsInProgress } from '../service-metrics.ts'
import { alive, findPlace, processesOf, removeFolder, reset, start } from './starter.ts'

const { folder, firstPort, args } = await findPlace()
afterAll(() => removeFolder(folder))

const register = (email: string) =>
  fetch(`http://127.0.0.1:${firstPort}/register`, postJson({ email }))

// Some tests start two labs, one after the other.
describe('npm start', { timeout: 90_000 }, () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends every process and frees every port',
    async (signal) => {
      const lab = start(args)
      expect(await lab.line('ready')).toMatch(/^ready/m)
      const processes = await processesOf(folder)
      // The services and PostgreSQL.
      expect(processes).toHaveLength(functionNames.length + 1)
      expect(await alive(processes)).toEqual(processes)
      expect((await register(`${signal.toLowerCase()}@example.com`)).status).toBe(201)
      lab.process.kill(signal)
      expect(await lab.exited).toBe(0)
      // pg_ctl returns a moment before the process of the server ends.
      await expect.poll(() => alive(processes)).toEqual([])
      expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
    },
  )

  test('keeps the data and the logs of earlier starts', async () => {
    const lab = start(args)
    await lab.line('ready')
    const earlier = await readFile(join(folder, 'logs.1', 'userservice.log'), 'utf8')
    expect(earlier).toContain('"stopped"')
    const answer = await fetch(`http://127.0.0.1:${firstPort}/users`)
    expect(await answer.json()).toMatchObject({
      users: [{ email: 'sigint@example.com' }, { email: 'sigterm@example.com' }],
      count: 2,
    })
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
  })

  test('answers accepted requests before it ends', async () => {
    const lab = start(args, { EMAIL_DELAY_MS: '10000' })
    await lab.line('ready')
    const answer = register('waiting@example.com')
    await untilInProgress(firstPort)
    lab.process.kill('SIGTERM')
    const response = await answer
    expect(response.status).toBe(201)
    expect(await response.json()).not.toHaveProperty('warnings')
    expect(await lab.exited).toBe(0)
  })

  test('starts after its starter was killed', async () => {
    const killed = start(args)
    await killed.line('ready')
    const left = await processesOf(folder)
    killed.process.kill('SIGKILL')
    await killed.exited
    const lab = start(args)
    expect(await lab.line('ready')).toMatch(/^ready/m)
    await expect.poll(() => alive(left)).toEqual([])
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
  })

  test('refuses a second lab in the same folder', async () => {
    const lab = start(args)
    await lab.line('ready')
    const second = start(args)
    expect(await second.exited).toBe(1)
    expect(second.output()).toMatch(/A lab runs from .* already .*--folder/)
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
  })

  test('resets the database of a running lab, and at rest', async () => {
    const lab = start(args)
    await lab.line('ready')
    const users = async () => (await fetch(`http://127.0.0.1:${firstPort}/users`)).json()
    expect(await users()).not.toMatchObject({ count: 0 })
    expect(await reset(folder)).toBe(0)
    expect(await users()).toEqual({ users: [], count: 0 })
    expect((await register('after-reset@example.com')).status).toBe(201)
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
    expect(await reset(folder)).toBe(0)
    const again = start(args)
    await again.line('ready')
    expect(await users()).toEqual({ users: [], count: 0 })
    again.process.kill('SIGTERM')
    expect(await again.exited).toBe(0)
  })

  test('reports a service that stops', async () => {
    const lab = start(args)
    await lab.line('ready')
    const [victim] = await processesOf(folder)
    process.kill(victim ?? 0, 'SIGKILL')
    await expect.poll(lab.output).toMatch(/service has stopped \(killed\): see .*\.log/)
    lab.process.kill('SIGTERM')
    expect(await lab.exited).toBe(0)
  })
})

async function untilInProgress(port: number): Promise<void> {
  await expect.poll(() => postsInProgress(`http://127.0.0.1:${port}`)).toBe(1)
}
