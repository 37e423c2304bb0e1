import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createMetrics } from '../telemetry/metrics.ts'
import { createClient } from './clients.ts'

/** A client of a server that answers like this, and what the client logs. */
async function clientOf(
  listener: RequestListener,
  options: { timeoutMs?: number; connections?: number } = {},
) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const lines: string[] = []
  const metrics = createMetrics()
  const { fetch, close } = createClient({
    target: 'email',
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    metrics,
    logger: pino({ level: 'debug' }, { write: (line) => void lines.push(line) }),
    ...options,
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await close()
  })
  return { fetch, metrics, server, logged: () => lines.map((line) => JSON.parse(line)) }
}

const hang: RequestListener = () => {}

test('a call sends JSON and reads JSON', async () => {
  const { fetch, logged } = await clientOf((request, response) => {
    response.setHeader('content-type', 'application/json')
    request.pipe(response)
  })
  expect(await fetch('/echo', { method: 'POST', body: { a: 1 } })).toEqual({ a: 1 })
  expect(logged()).toEqual([])
})

test('a call states how long it will wait', async () => {
  const { fetch } = await clientOf(
    ({ headers }, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(headers))
    },
    { timeoutMs: 1234 },
  )
  expect(await fetch('/')).toMatchObject({ 'x-request-timeout-ms': '1234' })
})

test('a call is not repeated', async () => {
  let calls = 0
  const { fetch } = await clientOf((_request, response) => {
    calls++
    response.writeHead(503).end()
  })
  await expect(fetch('/')).rejects.toMatchObject({ status: 503 })
  expect(calls).toBe(1)
})

test('a call that times out is logged at warn and counted', async () => {
  const { fetch, logged, metrics } = await clientOf(hang, { timeoutMs: 20 })
  await expect(fetch('/')).rejects.toMatchObject({ cause: { name: 'TimeoutError' } })
  expect(logged()).toMatchObject([{ level: 40, target: 'email', outcome: 'timeout' }])
  expect(await metrics.registry.metrics()).toMatch(/_count\{.*outcome="timeout".*\} 1\n/)
})

test('a call that its caller gives up is logged at debug', async () => {
  const client = new AbortController()
  const { fetch, logged } = await clientOf(() => client.abort())
  await expect(fetch('/', { signal: client.signal })).rejects.toThrow()
  expect(logged()).toMatchObject([{ level: 20, outcome: 'abandoned' }])
})

test('a designed refusal is not logged', async () => {
  const { fetch, logged } = await clientOf((_request, response) => response.writeHead(409).end())
  await expect(fetch('/')).rejects.toMatchObject({ status: 409 })
  expect(logged()).toEqual([])
})

test('a connection that breaks is logged as unreachable', async () => {
  const { fetch, logged } = await clientOf(({ socket }) => socket.destroy())
  await expect(fetch('/')).rejects.toThrow()
  expect(logged()).toMatchObject([{ level: 40, outcome: 'unreachable' }])
})

test('an answer in several chunks is read whole', async () => {
  const { fetch } = await clientOf((_request, response) => {
    response.write('{"name":"Z')
    response.write(Buffer.from([0xc3]))
    setImmediate(() => response.end(Buffer.concat([Buffer.from([0xbc]), Buffer.from('rich"}')])))
  })
  expect(await fetch('/')).toEqual({ name: 'Zürich' })
})

test('an answer that breaks off is no answer', async () => {
  const { fetch } = await clientOf((_request, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('{')
    setImmediate(() => response.destroy())
  })
  await expect(fetch('/')).rejects.toMatchObject({ status: undefined })
})

test('a call given up in the queue for a connection is never sent', async () => {
  const client = new AbortController()
  const sent: (string | undefined)[] = []
  const first = Promise.withResolvers<void>()
  const { fetch } = await clientOf(
    async ({ url }, response) => {
      sent.push(url)
      if (url === '/first') await first.promise
      response.end('{}')
    },
    { connections: 1 },
  )
  const busy = fetch('/first')
  const queued = fetch('/second', { signal: client.signal })
  client.abort()
  await expect(queued).rejects.toThrow()
  first.resolve()
  await busy
  await fetch('/third')
  expect(sent).toEqual(['/first', '/third'])
})
