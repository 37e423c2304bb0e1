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

/** A new database, migrated and seeded. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = Object.assign(new URL(template), { pathname: name }).href
  const admin = inject('adminUrl')
  await runAs(
    admin,
    `create database ${name} template ${template.pathname.slice(1)} owner ${template.username}`,
  )
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
