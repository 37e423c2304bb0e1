import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Postgres, startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import type { State } from '../../local/processes/state.ts'
import { copyData, freePorts, removeFolder, start, temporaryFolder } from './starter.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
})

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

async function openPostgres(place: string): Promise<Postgres> {
  const postgres = await startPostgres({ folder: place, port: await freePort() })
  onTestFinished(() => postgres.stop().catch(() => {}))
  return postgres
}

async function query(connectionString: string, statement: string) {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

test('only the owner can read the password, and no output shows it', async () => {
  const firstPort = String(await freePorts())
  await copyData(join(folder, 'postgres'))
  const lab = start(['--no-tour', '--fast', '--folder', folder, '--first-port', firstPort])
  expect(await lab.line('ready')).toMatch(/^ready/m)
  const record = join(folder, 'lab.json')
  const { databaseUrl = '', postgresFolder = '' } = JSON.parse(
    await readFile(record, 'utf8'),
  ) as State
  const { username, password, pathname } = new URL(databaseUrl)
  expect([username, pathname]).toEqual(['dbuser', '/microservices_db'])
  expect(await modeOf(record)).toBe(0o600)
  expect(await modeOf(join(postgresFolder, 'credentials.json'))).toBe(0o600)
  expect(password).toMatch(/^\w{32,}$/)
  lab.process.kill('SIGTERM')
  await lab.exited
  const logs = (await readdir(join(folder, 'logs'))).map((name) => join(folder, 'logs', name))
  const texts = [...logs, join(postgresFolder, 'postgres.log')].map((log) => readFile(log, 'utf8'))
  expect([lab.output(), ...(await Promise.all(texts))].join('')).not.toContain(password)
})

test('generates a password for each data folder and keeps it', async () => {
  const passwordIn = async (place: string) => {
    const postgres = await openPostgres(join(folder, place))
    await postgres.stop()
    return new URL(postgres.url).password
  }
  const first = await passwordIn('one')
  await copyData(join(folder, 'two'))
  expect(await passwordIn('two')).not.toBe(first)
  expect(await passwordIn('one')).toBe(first)
})

async function openCopy(): Promise<Postgres> {
  await copyData(join(folder, 'postgres'))
  return openPostgres(join(folder, 'postgres'))
}

test('the database owner cannot run programs or read files', async () => {
  const { url } = await openCopy()
  await expect(query(url, `copy (select 1) to program 'true'`)).rejects.toThrow('denied')
  await expect(query(url, `select pg_read_file('/etc/passwd')`)).rejects.toThrow('denied')
  await expect(query(url, 'create role another superuser')).rejects.toThrow('denied')
  await expect(query(url, 'create table mine (id integer)')).resolves.toEqual([])
})

test('refuses the well-known password, and sessions without one', async () => {
  const { url, adminUrl } = await openCopy()
  for (const open of [url, adminUrl]) {
    const known = Object.assign(new URL(open), { password: 'dbpass' }).href
    await expect(query(known, 'select 1')).rejects.toThrow('password authentication failed')
    const none = Object.assign(new URL(open), { password: '' }).href
    await expect(query(none, 'select 1')).rejects.toThrow()
  }
})

test('refuses data whose passwords are lost', async () => {
  await copyData(join(folder, 'postgres'))
  await rm(join(folder, 'postgres', 'credentials.json'))
  await expect(openPostgres(join(folder, 'postgres'))).rejects.toThrow(
    'PostgreSQL rejects the passwords in credentials.json',
  )
})
