import { execFile } from 'node:child_process'
import { chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { insertUser, listUsers } from '../../db/shop/users.ts'
import { ordinaryAccount, reachableBinaries } from '../../local/postgres/binaries.ts'
import { type Postgres, startPostgres } from '../../local/postgres/postgres.ts'
import { dataOf } from '../../local/postgres/postmaster.ts'
import { freePort } from '../../local/processes/ports.ts'
import type { State } from '../../local/processes/state.ts'
import { freePorts, removeFolder, start, temporaryFolder } from './starter.ts'

const run = promisify(execFile)

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
})

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

async function openPostgres(place = folder): Promise<Postgres> {
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
  expect(await passwordIn('two')).not.toBe(first)
  expect(await passwordIn('one')).toBe(first)
})

test('the database owner cannot run programs or read files', async () => {
  const { url } = await openPostgres()
  await expect(query(url, `copy (select 1) to program 'true'`)).rejects.toThrow('denied')
  await expect(query(url, `select pg_read_file('/etc/passwd')`)).rejects.toThrow('denied')
  await expect(query(url, 'create role another superuser')).rejects.toThrow('denied')
  await expect(query(url, 'create table mine (id integer)')).resolves.toEqual([])
})

test('refuses the well-known password, and sessions without one', async () => {
  const { url, adminUrl } = await openPostgres()
  for (const open of [url, adminUrl]) {
    const known = Object.assign(new URL(open), { password: 'dbpass' }).href
    await expect(query(known, 'select 1')).rejects.toThrow('password authentication failed')
    const none = Object.assign(new URL(open), { password: '' }).href
    await expect(query(none, 'select 1')).rejects.toThrow()
  }
})

test('demotes the superuser in data of an earlier version', async () => {
  await makeEarlierData()
  const postgres = await openPostgres()
  const { db, close } = connect({ url: postgres.url })
  expect(await listUsers(db, { limit: 10, after: 0 })).toEqual([{ id: 1, email: 'a@example.com' }])
  await migrateToLatest(db)
  await insertUser(db, 'b@example.com')
  await close()
  await query(postgres.url, 'alter table users add column another text')
  const roles = 'select rolname, rolsuper from pg_roles where rolcanlogin order by rolname'
  expect(await query(postgres.adminUrl, roles)).toEqual([
    { rolname: 'dbuser', rolsuper: false },
    { rolname: 'postgres', rolsuper: true },
  ])
  await postgres.stop()
  expect((await openPostgres()).url).toContain(new URL(postgres.url).password)
})

/** Data of an earlier version: its only role is the initial superuser. */
async function makeEarlierData(): Promise<void> {
  const account = await ordinaryAccount()
  const { initdb, pg_ctl } = await reachableBinaries(account)
  const data = dataOf(folder)
  const passwordFile = join(folder, 'password')
  await mkdir(folder, { recursive: true })
  await writeFile(passwordFile, 'dbpass', { mode: 0o644 })
  if (account.uid !== undefined) await chown(folder, account.uid, account.gid ?? 0)
  const options = { ...account, cwd: folder }
  const auth = ['--auth=scram-sha-256', '--username=dbuser', `--pwfile=${passwordFile}`]
  await run(initdb, [`--pgdata=${data}`, ...auth, '--locale=C', '--no-sync'], options)
  const port = await freePort()
  const server = `-p ${port} -c unix_socket_directories=`
  await run(pg_ctl, ['-D', data, '-w', '-l', join(folder, 'log'), '-o', server, 'start'], options)
  const url = (name: string) => `postgresql://dbuser:dbpass@127.0.0.1:${port}/${name}`
  await query(url('postgres'), 'create database microservices_db')
  const { db, close } = connect({ url: url('microservices_db') })
  await migrateToLatest(db)
  await insertUser(db, 'a@example.com')
  await close()
  await run(pg_ctl, ['-D', data, 'stop', '-m', 'fast'], options)
}
