import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type ConnectOptions, connect } from './connect.ts'
import { DatabaseUnavailableError } from './unavailable.ts'

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

const hexadecimal = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, '0')}`

/**
 * The timer of the connection from this port to the database, as `/proc/net/tcp` shows it: 2 is the
 * one of keep-alive. Connections to other servers may have the same port.
 */
async function timerOf(localPort: number): Promise<number> {
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n')
  const ends = [localPort, Number(new URL(database.url).port)].map(hexadecimal)
  const fields = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, ...addresses]) => ends.every((end, index) => addresses[index]?.endsWith(end)))
  return Number(fields?.[5]?.split(':')[0])
}

test.runIf(process.platform === 'linux')('a connection at rest is probed', async () => {
  const { db } = open()
  const port = sql<{ port: number }>`select inet_client_port() as port`
  const { rows } = await port.execute(db)
  await expect.poll(() => timerOf(rows[0]?.port ?? 0)).toBe(2)
})

// https://www.postgresql.org/docs/current/protocol-message-formats.html
const accepted = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')

test('a server that hangs once it has accepted a connection is given up', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write(accepted))
    onTestFinished(() => void socket.destroy())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { db } = open({ url: `postgresql://dbuser@127.0.0.1:${port}/db`, timeoutMs: 100 })
  await expect(sql`select 1`.execute(db)).rejects.toThrow(DatabaseUnavailableError)
})
