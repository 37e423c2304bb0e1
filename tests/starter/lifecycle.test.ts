import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countUsers } from '../../db/shop/users.ts'
import { openKnownDatabase } from '../../local/postgres/find-database.ts'
import { takenPorts } from '../../local/processes/ports.ts'
import type { State } from '../../local/processes/state.ts'
import { functionNames } from '../../model/services.ts'
import { postJson } from '../in-process.ts'
import { postsInProgress } from '../service-metrics.ts'
import {
  alive,
  end,
  findPlace,
  processesOf,
  removeFolder,
  reset,
  type Starter,
  start,
  startShared,
} from './starter.ts'

const { folder, firstPort, args } = await findPlace()
afterAll(() => removeFolder(folder))

const url = `http://127.0.0.1:${firstPort}`
const register = (email: string) => fetch(`${url}/register`, postJson({ email }))
const users = async () => (await fetch(`${url}/users`)).json()

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

/** The processes of the lab, all of them at work: the services and PostgreSQL. */
async function completeProcesses(): Promise<number[]> {
  const processes = await processesOf(folder)
  expect(processes).toHaveLength(functionNames.length + 1)
  expect(await alive(processes)).toEqual(processes)
  return processes
}

// The tests share two labs: one that is killed, and the next one.
describe('a starter that is killed', () => {
  let lab: Starter
  let password: string
  beforeAll(async () => {
    lab = startShared(args)
    await lab.line('ready')
    return () => end(lab)
  }, 90_000)

  test('reports a service that stops', async () => {
    const [victim] = await completeProcesses()
    expect((await register('earlier@example.com')).status).toBe(201)
    process.kill(victim ?? 0, 'SIGKILL')
    await expect.poll(lab.output).toMatch(/service has stopped \(killed\): see .*\.log/)
  })

  test('leaves what the next one ends', async () => {
    const left = await processesOf(folder)
    lab.process.kill('SIGKILL')
    await lab.exited
    lab = startShared(args, { EMAIL_DELAY_MS: '10000' })
    expect(await lab.line('ready')).toMatch(/^ready/m)
    await expect.poll(() => alive(left)).toEqual([])
  })

  test('only its owner can read the password', async () => {
    const record = join(folder, 'lab.json')
    const { databaseUrl = '', postgresFolder = '' } = JSON.parse(
      await readFile(record, 'utf8'),
    ) as State
    const url = new URL(databaseUrl)
    password = url.password
    expect([url.username, url.pathname]).toEqual(['dbuser', '/microservices_db'])
    expect(await modeOf(record)).toBe(0o600)
    expect(await modeOf(join(postgresFolder, 'credentials.json'))).toBe(0o600)
    expect(password).toMatch(/^\w{32,}$/)
  })

  test('it keeps the data and the logs of earlier starts', async () => {
    const earlier = await readFile(join(folder, 'logs.1', 'userservice.log'), 'utf8')
    expect(earlier).toContain('"path":"/register"')
    expect(await users()).toMatchObject({ users: [{ email: 'earlier@example.com' }], count: 1 })
  })

  test('a second lab in the same folder is refused', async () => {
    const second = start(args)
    expect(await second.exited).toBe(1)
    expect(second.output()).toMatch(/A lab runs from .* already .*--folder/)
  })

  test('a reset empties the database of the running lab', async () => {
    expect(await users()).not.toMatchObject({ count: 0 })
    expect(await reset(folder)).toBe(0)
    expect(await users()).toEqual({ users: [], count: 0 })
    expect((await register('after-reset@example.com')).status).toBe(201)
  })

  test('SIGTERM ends every process once accepted requests are answered', async () => {
    const processes = await completeProcesses()
    const answer = register('sigterm@example.com')
    await expect.poll(() => postsInProgress(url)).toBe(1)
    lab.process.kill('SIGTERM')
    const response = await answer
    expect(response.status).toBe(201)
    expect(await response.json()).not.toHaveProperty('warnings')
    expect(await lab.exited).toBe(0)
    // pg_ctl returns a moment before the process of the server ends.
    await expect.poll(() => alive(processes)).toEqual([])
    expect(await takenPorts(firstPort, '127.0.0.1')).toEqual([])
  })

  test('a reset empties the database of a stopped lab', { timeout: 90_000 }, async () => {
    expect(await reset(folder)).toBe(0)
    const { db, close } = await openKnownDatabase(folder)
    expect(await countUsers(db)).toBe(0)
    await close()
  })

  test('no log and no output shows the password', async () => {
    const logs = (await readdir(join(folder, 'logs'))).map((name) => join('logs', name))
    const files = [...logs, 'postgres/postgres.log'].map((name) =>
      readFile(join(folder, name), 'utf8'),
    )
    const texts = [lab.output(), ...(await Promise.all(files))]
    expect(texts.length).toBeGreaterThan(functionNames.length)
    expect(texts.join('')).not.toContain(password)
  })
})
