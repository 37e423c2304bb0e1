import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from 'rabbitmq-client'
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { freePort } from '../processes/ports.ts'
import { identify } from '../processes/process-info.ts'
import { findServer, missingServer } from './node.ts'
import { type Rabbitmq, startRabbitmq, stopRabbitmq } from './rabbitmq.ts'

const limits = { timeout: 120_000 }
// .ci/rabbitmq plays them.
const played = inject('broker') === 'rabbitmq'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-rabbitmq-'))
  // The account of the server can enter it.
  await chmod(folder, 0o755)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

async function open(port: number, place = folder): Promise<Rabbitmq> {
  const rabbitmq = await startRabbitmq({ folder: place, port })
  onTestFinished(rabbitmq.stop)
  return rabbitmq
}

const queue = 'kept'
const quorum = { queue, durable: true, arguments: { 'x-queue-type': 'quorum' as const } }

async function connected<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection(url)
  connection.on('error', () => {})
  return use(connection).finally(() => connection.close())
}

const publish = (url: string) =>
  connected(url, async (connection) => {
    const publisher = connection.createPublisher({ confirm: true, queues: [quorum] })
    await publisher.send({ routingKey: queue, durable: true }, 'a message')
    await publisher.close()
  })

/** The text of the first message, which stays in the queue. */
const read = (url: string) =>
  connected(url, async (connection) => (await connection.basicGet(queue))?.body as unknown)

test.runIf(played)('a killed one keeps what it confirmed, and ends in time', limits, async () => {
  const port = await freePort()
  const first = await open(port)
  expect(new URL(first.url).port).toBe(String(port))
  await publish(first.url)
  await first.persistQueues()
  process.kill(first.pid, 'SIGKILL')
  expect(await first.exited).toBeNull()
  const second = await open(port)
  expect(second.url).toBe(first.url)
  // A queue that was just restored may still be without a leader.
  const messages = () => read(second.url).catch(() => 'none yet')
  await expect.poll(messages, { timeout: 60_000 }).toBe('a message')
  const { names } = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8'))
  await second.stop()
  expect(await second.exited).toBe(0)
  expect([(await identify(second.pid)).started, (await identify(names.pid)).started]).toEqual([
    '',
    '',
  ])
  expect(await stopRabbitmq(folder)).toBe(false)
})

test.runIf(played)('names a port that another program has', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const words = `RabbitMQ does not start: port ${port}: address already in use`
  await expect(open(port)).rejects.toThrow(words)
  await expect(startRabbitmq({ folder, metricsPort: port })).rejects.toThrow(words)
})

test('names the remedy where there is no server', async () => {
  expect(missingServer).toContain('BROKER_URL')
  expect(await findServer('/nowhere', '/nowhere')).toBeUndefined()
})
