import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createBodies } from '../http/receive-body.ts'
import { createMetrics } from '../telemetry/metrics.ts'
import { type BrokerFault, createBrokerFault } from './broker-fault.ts'
import { brokerFaultSwitch } from './fault-switch.ts'

/** A broker that sends back what it is sent, and the faults of the way to it. */
async function relayed() {
  const broker = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  broker.listen(0, '127.0.0.1')
  await once(broker, 'listening')
  const fault = createBrokerFault()
  onTestFinished(() => fault.close().then(() => void broker.close()))
  const { port } = broker.address() as AddressInfo
  const address = await fault.reach({ hostname: '127.0.0.1', port })
  return { fault, port: address.port }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

const failure = (port: number) =>
  open(port).then(
    () => 'connected',
    ({ code }: NodeJS.ErrnoException) => code,
  )

/** What comes back once all of it is there. */
async function echo(socket: Socket, parts: readonly string[]): Promise<string> {
  let received = ''
  socket.on('data', (part) => {
    received += part
  })
  for (const part of parts) {
    socket.write(part)
    await new Promise(setImmediate)
  }
  const all = parts.join('')
  await expect.poll(() => received.length).toBe(all.length)
  return received
}

test('without a fault, all that is sent passes', async () => {
  const { fault, port } = await relayed()
  expect(fault.current).toBeUndefined()
  expect(await echo(await open(port), ['to ', 'the broker'])).toBe('to the broker')
})

test('refusing closes what is open until it is cleared', async () => {
  const { fault, port } = await relayed()
  const socket = await open(port)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await fault.set({ refuse: true })
  await closed
  expect(await failure(port)).toBe('ECONNREFUSED')
  await fault.set(undefined)
  expect(await echo(await open(port), ['again'])).toBe('again')
})

test('refusing holds for a node that is met meanwhile', async () => {
  const { fault } = await relayed()
  await fault.set({ refuse: true, for_ms: 60_000 })
  const other = await fault.reach({ hostname: '127.0.0.1', port: 1 })
  expect(await failure(other.port)).toBe('ECONNREFUSED')
})

test('refusing ends by itself', async () => {
  const { fault, port } = await relayed()
  const socket = await open(port)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await fault.set({ refuse: true, for_ms: 1 })
  await closed
  await expect.poll(() => failure(port)).toBe('connected')
  expect(fault.current).toBeUndefined()
})

test('latency is added in each direction and keeps the order', async () => {
  const { fault, port } = await relayed()
  await fault.set({ latency: 'uniform:50:80', seed: 7 })
  const parts = Array.from({ length: 20 }, (_, index) => `${index} `)
  const socket = await open(port)
  const begin = performance.now()
  expect(await echo(socket, parts)).toBe(parts.join(''))
  expect(performance.now() - begin).toBeGreaterThanOrEqual(100)
})

async function put(fault: BrokerFault | undefined, body: object) {
  const metrics = createMetrics({ processMetrics: false })
  const bodies = createBodies({ metrics, timeoutMs: 1000, bufferBytes: 1024 })
  const text = JSON.stringify(body)
  const headers = { 'content-length': String(text.length) }
  const app = brokerFaultSwitch(fault, bodies)
  return app.request('/faults/broker', { method: 'PUT', headers, body: text })
}

test('the switch sets what a broker can have, and tells where there is none', async () => {
  const { fault } = await relayed()
  expect((await put(fault, { error_rate: 1 })).status).toBe(422)
  expect((await put(fault, { latency: '100' })).status).toBe(200)
  expect(fault.current).toEqual({ latency: '100' })
  const none = await put(undefined, { latency: '100' })
  expect([none.status, await none.json()]).toEqual([
    409,
    { detail: expect.stringContaining('BROKER=rabbitmq') },
  ])
})
