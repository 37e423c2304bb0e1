/** A RabbitMQ for the tests of a file, and connections to it that break. */
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest'
import { findServer } from '../local/rabbitmq/node.ts'
import { startRabbitmq } from '../local/rabbitmq/rabbitmq.ts'
import { allQueues } from '../runtime/messaging/rabbitmq/topology.ts'

/** Whether there is a broker for tests: that of BROKER_URL, or a `rabbitmq-server`. */
export const hasRabbitmq = Boolean(process.env.BROKER_URL) || Boolean(await findServer())

if (!hasRabbitmq) console.warn('skipped: there is no rabbitmq-server')

async function start(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { BROKER_URL } = process.env
  if (BROKER_URL) return { url: BROKER_URL, stop: async () => {} }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const rabbitmq = await startRabbitmq({ folder })
  const stop = async () => {
    await rabbitmq.stop()
    for (const path of [folder, rabbitmq.folder]) await rm(path, { recursive: true, force: true })
  }
  return { url: rabbitmq.url, stop }
}

export type TestBroker = {
  /** The variables of a service that uses it. */
  settings: () => { BROKER: string; BROKER_URL: string }
  url: () => string
  connection: () => Connection
}

/** Starts a broker for all tests of a file; each finds it empty. */
export function shareRabbitmq(): TestBroker {
  let broker: Awaited<ReturnType<typeof start>>
  let connection: Connection
  beforeAll(async () => {
    broker = await start()
    connection = new Connection({ url: broker.url, noDelay: true })
  }, 180_000)
  beforeEach(async () => {
    for (const queue of allQueues) await connection.queueDelete({ queue })
  })
  afterAll(async () => {
    await connection?.close()
    await broker?.stop()
  })
  return {
    settings: () => ({ BROKER: 'rabbitmq', BROKER_URL: broker.url }),
    url: () => broker.url,
    connection: () => connection,
  }
}

/** What becomes of connections: they are passed on, refused, or accepted without an answer. */
type Behaviour = 'pass' | 'refuse' | 'silent'

/** Listens in front of a broker. */
export async function openProxy(brokerUrl: string) {
  const { port } = new URL(brokerUrl)
  const sockets = new Set<Socket>()
  let behaviour: Behaviour = 'pass'
  const server = createServer((client) => {
    sockets.add(client)
    client.on('error', () => {}).on('close', () => sockets.delete(client))
    if (behaviour === 'refuse') return client.destroy()
    if (behaviour === 'silent') return
    const upstream = connect(Number(port), '127.0.0.1').on('error', () => client.destroy())
    client.pipe(upstream).pipe(client)
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    return undefined
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await server[Symbol.asyncDispose]()
  })
  const url = Object.assign(new URL(brokerUrl), {
    port: String((server.address() as AddressInfo).port),
  }).href
  return {
    url,
    settings: { BROKER: 'rabbitmq', BROKER_URL: url },
    set(next: Behaviour): void {
      behaviour = next
      for (const socket of sockets) {
        if (next === 'refuse') socket.destroy()
        // Bytes that were read go on; those after them wait.
        if (next === 'silent') socket.unpipe().pause()
        if (next === 'silent') socket.on('data', () => {}).pause()
      }
    },
  }
}
