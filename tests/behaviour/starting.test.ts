import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { migrationNames } from '../../db/migrate.ts'
import { launchLab } from '../../local/lab.ts'
import { StartError } from '../../local/start.ts'
import { serviceRuntime } from '../setup/runtime.ts'
import { logOf, nowhere, run } from './services.ts'

const entry = fileURLToPath(new URL('../../runtime/main.ts', import.meta.url))

/** The output of a container that does not start. */
async function refused(environment: Record<string, string>): Promise<string> {
  const failure = await promisify(execFile)(await serviceRuntime(), [entry], {
    env: environment,
  }).then(
    () => expect.fail('it started'),
    (error: { code: number; stderr: string }) => error,
  )
  expect(failure.code).toBe(1)
  expect(failure.stderr).not.toMatch(/\n\s+at /)
  return failure.stderr
}

test('names every invalid variable at once', async () => {
  const words = await refused({ FUNCTION: 'email', EMAIL_DELAY_MS: 'x', PORT: '99999' })
  expect(words).toContain('EMAIL_DELAY_MS')
  expect(words).toContain('PORT')
})

test('of four concurrent services exactly one migrates', async () => {
  const url = new URL(inject('templateUrl'))
  const admin = new Client({ connectionString: inject('adminUrl') })
  await admin.connect()
  const name = `empty_${crypto.randomUUID().replaceAll('-', '')}`
  await admin.query(`create database ${name} owner ${url.username}`)
  const DATABASE_URL = Object.assign(url, { pathname: name }).href
  const callees = Object.fromEntries(
    ['EMAIL', 'SEARCH', 'CACHE', 'ANALYTICS', 'PAYMENT', 'INVENTORY'].map((callee) => [
      `${callee}_SERVICE_URL`,
      nowhere,
    ]),
  )
  const running = await Promise.all(
    (['user', 'product', 'order', 'inventory'] as const).map((service) =>
      run(service, { DATABASE_URL, ...callees }),
    ),
  )
  for (const { url } of running)
    await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(200)
  const ran = await Promise.all(
    running.map(
      async (service) =>
        (await logOf(service)).find(({ migrations }) => migrations !== undefined)?.migrations,
    ),
  )
  expect(ran.flat()).toEqual(migrationNames)
  await Promise.all(running.map((service) => service.kill()))
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

test('a runtime that cannot be spawned is named', async () => {
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-behaviour-'))
  onTestFinished(() => rm(logFolder, { recursive: true, force: true }))
  const runtime = join(logFolder, 'bun')
  const lab = launchLab({ databaseUrl: nowhere, runtime, logFolder })
  await expect(lab.ready).rejects.toThrow(
    new StartError(`The services cannot be started: spawn ${runtime} ENOENT`),
  )
  await lab.stop()
})

test('SIGTERM ends a service without its database', async () => {
  const user = await run('user', {
    DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:1/nowhere',
    EMAIL_SERVICE_URL: nowhere,
  })
  expect((await fetch(`${user.url}/ready`)).status).toBe(503)
  expect(await user.stop()).toBe(0)
})
