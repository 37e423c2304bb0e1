import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import { type Connection, connect } from '../db/connection/connect.ts'

export type TestDatabase = Connection & {
  url: string
  /** The URL of the same database for the server's superuser. */
  adminUrl: string
  drop: () => Promise<void>
}

/** A server whose database is the migrated and seeded template of all test databases. */
type Server = {
  /** That database, as its owner. */
  url: string
  /** The server for its superuser. */
  adminUrl: string
}

/** Copies the template to a new database; returns its URL. */
export async function copyDatabase({ url, adminUrl }: Server, name: string): Promise<string> {
  const { pathname, username } = new URL(url)
  const template = pathname.slice(1)
  // A copy of the files takes half of PostgreSQL's CPU of one through its log.
  const from = `template ${template} strategy file_copy`
  await runAs(adminUrl, `create database ${name} ${from} owner ${username}`)
  return Object.assign(new URL(url), { pathname: name }).href
}

/** A new database, migrated and seeded. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = inject('adminUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = await copyDatabase({ url: inject('templateUrl'), adminUrl: admin }, name)
  const connection = connect({ url })
  return {
    ...connection,
    url,
    adminUrl: Object.assign(new URL(admin), { pathname: name }).href,
    async drop() {
      await connection.close()
      await runAs(admin, `drop database ${name} with (force)`)
    },
  }
}

/** Runs one statement on a new connection. */
export async function runAs(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
