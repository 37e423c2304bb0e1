import { Server as HttpServer } from 'node:http'
import { connect, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLoopGate } from '../admission/loop-gate.ts'
import { listen } from './listen.ts'

const ok = () => new Response('ok')

/** A listener on a free port, and its URL. */
async function listening(fetch: Parameters<typeof listen>[0]['fetch'] = ok, port = 0) {
  const listener = await listen({
    fetch,
    port,
    hostname: '127.0.0.1',
    gating: { gate: createLoopGate({ waitLimitMs: 0 }), onRefused: () => {}, corsOf: () => ({}) },
    requestTimeoutMs: 10_000,
  })
  onTestFinished(() => listener.close())
  return { ...listener, url: `http://127.0.0.1:${listener.port}` }
}

/** What a server answers to these bytes. */
function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes)
  return text(socket)
}

const bodyOf = async (url: string) => (await fetch(url)).text()

test('a request is answered on the port that was found', async () => {
  const { url, port } = await listening()
  expect(port).toBeGreaterThan(0)
  expect(await bodyOf(url)).toBe('ok')
})

test('a caller learns that its connection outlasts a rest', async () => {
  const { url } = await listening()
  const { headers } = await fetch(url)
  const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? []
  expect(Number(seconds)).toBeGreaterThan(60)
})

test('a taken port is an error', async () => {
  const { port } = await listening()
  await expect(listening(ok, port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('close waits for the answer to an accepted request', async () => {
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<Response>()
  const { url, close } = await listening(() => {
    begun.resolve()
    return end.promise
  })
  const answer = bodyOf(url)
  await begun.promise
  const closed = close()
  end.resolve(new Response('late', { headers: { connection: 'close' } }))
  expect(await answer).toBe('late')
  await closed
  await expect(fetch(url)).rejects.toThrow()
})

test('a suspended listener refuses until it resumes', async () => {
  const { url, suspend, resume } = await listening()
  await suspend()
  await expect(fetch(url)).rejects.toThrow()
  await resume()
  expect(await bodyOf(url)).toBe('ok')
})

test('a listener that has resumed swallows no error of its server', async () => {
  const open = vi.spyOn(Server.prototype, 'listen')
  onTestFinished(() => open.mockRestore())
  const { suspend, resume } = await listening()
  await suspend()
  await resume()
  const server = open.mock.contexts[0] as Server
  expect(server.listenerCount('error')).toBe(0)
})

test('unreadable bytes are answered 400 with a detail', async () => {
  const { port } = await listening()
  const answer = await exchange(port, 'nonsense\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1.1 400 /)
  expect(answer).toContain('{"detail":"Bad Request"}')
})

test('headers above the limit are answered 431', async () => {
  const { port } = await listening()
  const answer = await exchange(port, `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 431 /)
})

test('an answer that does not end its connection does not keep the listener open', async () => {
  const { promise: response, resolve: answer } = Promise.withResolvers<Response>()
  const { promise: received, resolve: receive } = Promise.withResolvers<void>()
  const { port, close } = await listening(() => {
    receive()
    return response
  })
  const socket = connect(port, '127.0.0.1')
  const ended = text(socket)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await received
  const closeIdle = vi.spyOn(HttpServer.prototype, 'closeIdleConnections')
  onTestFinished(() => closeIdle.mockRestore())
  const closed = close()
  await vi.waitFor(() => expect(closeIdle).toHaveBeenCalled())
  answer(new Response('late'))
  await closed
  expect(await ended).toContain('late')
})
