import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createEarlyBodies } from './fast-path.ts'

/** What a server has of the body of a request when it begins it. */
async function earlyBodyOf(...parts: string[]): Promise<string | undefined> {
  const early = createEarlyBodies()
  let seen: string | undefined
  const server = createServer((incoming: IncomingMessage & { rawBody?: Buffer }, outgoing) =>
    early(incoming, () => {
      seen = incoming.rawBody?.toString()
      incoming.resume()
      outgoing.end('ok', send)
    }),
  ).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const send = () => {
    const part = parts.shift()
    if (part !== undefined) socket.write(part)
  }
  send()
  await text(socket)
  return seen
}

const post = (length: number) =>
  `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`

test('a body that comes with its headers is there at once', async () => {
  expect(await earlyBodyOf(`${post(5)}hello`)).toBe('hello')
})

test('a request does not wait for the rest of its body', async () => {
  expect(await earlyBodyOf(`${post(5)}hel`, 'lo')).toBeUndefined()
})

test('a request without a body has none', async () => {
  expect(await earlyBodyOf(post(0))).toBeUndefined()
})

test('a large body is left to arrive', async () => {
  expect(await earlyBodyOf(post(5000) + 'x'.repeat(5000))).toBeUndefined()
})
