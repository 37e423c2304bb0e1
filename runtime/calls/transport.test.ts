import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
// @ts-expect-error: it has no types, and is not for other than tests
import timers from 'undici/lib/util/timers.js'
import { expect, onTestFinished, test } from 'vitest'
import type { Outgoing } from './exchange.ts'
import { openTransport } from './transport.ts'

// Linux answers on every loopback address; others only on the first.
const onLinux = test.skipIf(process.platform !== 'linux')

const listen = (server: Server, port: number, host: string) =>
  new Promise<number>((resolve) =>
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port)),
  )

const post = (port: number): Outgoing => ({
  url: `http://replicas.test:${port}/`,
  method: 'POST',
  headers: {},
  body: '{}',
  limitMs: 10_000,
  caller: undefined,
})

/** Replicas on one port of several addresses, how many requests each has answered, and their name. */
async function replicasOn(hosts: readonly string[]) {
  const answered = new Map(hosts.map((host) => [host, 0]))
  const servers: Server[] = []
  let port = 0
  for (const host of hosts) {
    const server = createServer((_request, response) => {
      answered.set(host, (answered.get(host) ?? 0) + 1)
      response.end(host)
    })
    port = await listen(server, port, host)
    servers.push(server)
  }
  const addresses = hosts.map((address) => ({ address, family: 4 }))
  const transport = openTransport({
    baseURL: `http://replicas.test:${port}`,
    connections: 40,
    resolve: async () => addresses,
  })
  const stop = (server: Server | undefined) => {
    server?.closeAllConnections()
    return new Promise((resolve) => server?.close(resolve))
  }
  onTestFinished(async () => {
    await transport.close()
    await Promise.all(servers.filter(({ listening }) => listening).map(stop))
  })
  const ask = () => transport.send(post(port))
  return { ask, answered, addresses, stopFirst: () => stop(servers[0]) }
}

const three = ['127.0.0.1', '127.0.0.2', '127.0.0.3']

onLinux('replicas of one name take turns', async () => {
  const { ask, answered } = await replicasOn(three)
  for (let request = 0; request < 30; request += 1) await ask()
  expect([...answered.values()]).toEqual([10, 10, 10])
})

onLinux('a request that a replica refuses goes to another', async () => {
  const { ask, answered, stopFirst } = await replicasOn(three)
  await ask()
  await stopFirst()
  await Promise.all(Array.from({ length: 30 }, ask))
  expect(Math.min(...[...answered.values()].slice(1))).toBeGreaterThan(0)
})

onLinux('a name without a listening replica is refused', async () => {
  const { ask, stopFirst } = await replicasOn(three.slice(0, 1))
  await stopFirst()
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('a name without an address is an error', async () => {
  const { ask, addresses } = await replicasOn(['127.0.0.1'])
  addresses.length = 0
  await expect(ask()).rejects.toThrow()
})

onLinux('a request that a replica has accepted is not sent again', async () => {
  let requests = 0
  const server = createServer((request) => {
    requests += 1
    request.socket.destroy()
  })
  const port = await listen(server, 0, '127.0.0.1')
  const baseURL = `http://replicas.test:${port}`
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const transport = openTransport({ baseURL, connections: 1, resolve })
  onTestFinished(async () => {
    await transport.close()
    server.close()
  })
  await expect(transport.send(post(port))).rejects.toThrow()
  expect(requests).toBe(1)
})

test('a call may take as long as its caller waits', async () => {
  let answer = () => {}
  const server = createServer((_request, response) => {
    response.write('{')
    answer = () => void response.end('}')
  })
  const port = await listen(server, 0, '127.0.0.1')
  const transport = openTransport({ baseURL: `http://127.0.0.1:${port}`, connections: 1 })
  onTestFinished(async () => {
    await transport.close()
    server.close()
  })
  const url = `http://127.0.0.1:${port}/`
  const answered = transport.send({ ...post(port), url, limitMs: 1_000_000_000 })
  await once(server, 'request')
  // undici's own limit of a silent answer is five minutes, by a clock of its own.
  timers.tick()
  timers.tick(600_000)
  answer()
  expect(await answered).toMatchObject({ status: 200, text: '{}' })
})
