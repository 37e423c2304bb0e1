import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../local/processes/ports.ts'
import { createTestDatabase, runAs, type TestDatabase } from '../database.ts'
import { lastWord, refuse, refuseService } from './refused.ts'
import { logOf, run } from './services.ts'

/**
 * The line in which a service, the starter, the audit and the reset refuse a database: the same.
 */
async function lineOfAll(DATABASE_URL: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-unusable-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const service = { DATABASE_URL, FUNCTION: 'inventory', PORT: '0', HOST: '127.0.0.1' }
  const firstPort = String(10_000 + Math.floor(Math.random() * 20_000))
  const [said, ...others] = await Promise.all([
    refuseService(service).then(lastWord),
    refuse('cli/start.ts', ['--folder', folder, '--first-port', firstPort], {
      DATABASE_URL,
    }),
    refuse('cli/audit.ts', ['--folder', folder], { DATABASE_URL }),
    refuse('cli/reset.ts', ['--folder', folder], { DATABASE_URL }),
  ])
  for (const output of others) expect(output).toContain(said)
  return said
}

async function newDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database
}

test('every program refuses a changed database with the same line', async () => {
  const database = await newDatabase()
  await runAs(database.adminUrl, 'alter table users rename email to address')
  expect(await lineOfAll(database.url)).toContain('lacks the column "email"')
}, 60_000)

test('waits for a server, then reports why unusable', async () => {
  const database = await newDatabase()
  const url = new URL(database.url)
  const server = { host: url.hostname, port: Number(url.port) }
  const proxy = createServer((client) => {
    client.on('error', () => {})
    client.pipe(connect(server).on('error', () => {})).pipe(client)
  })
  const port = await freePort()
  const inventory = await run('inventory', {
    DATABASE_URL: Object.assign(new URL(url), { port: String(port), pathname: 'nowhere' }).href,
  })
  expect((await fetch(`${inventory.url}/ready`)).status).toBe(503)
  proxy.listen(port, '127.0.0.1')
  onTestFinished(() => void proxy.close())
  expect(await inventory.exited).toBe(1)
  expect((await logOf(inventory)).at(-1)).toMatchObject({
    level: 'fatal',
    msg: expect.stringContaining('has no database "nowhere"'),
  })
})
