import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type ConnectOptions, connect } from './connect.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

function open(options: Partial<ConnectOptions> = {}) {
  const connection = connect({ url: database.url, ...options })
  onTestFinished(connection.close)
  return connection
}

/** The timer of an open TCP connection, as `/proc/net/tcp` shows it: 2 is the one of keep-alive. */
async function timerOf(localPort: number): Promise<number> {
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n')
  const end = `:${localPort.toString(16).toUpperCase().padStart(4, '0')}`
  const fields = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, local]) => local?.endsWith(end))
  return Number(fields?.[5]?.split(':')[0])
}

test.runIf(process.platform === 'linux')('a connection at rest is probed', async () => {
  const { db } = open()
  const port = sql<{ port: number }>`select inet_client_port() as port`
  const { rows } = await port.execute(db)
  await expect.poll(() => timerOf(rows[0]?.port ?? 0)).toBe(2)
})
