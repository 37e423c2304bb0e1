import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Postgres, startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import { copyData, removeFolder, temporaryFolder } from './starter.ts'

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
})

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
