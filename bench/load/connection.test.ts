import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { answerLength, openConnection } from './connection.ts'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

test.each([
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-len', undefined],
  ['half a body', answer.slice(0, -1), undefined],
  ['an answer and a half', `${answer}HTTP/1.1`, answer.length],
])('the length of %s', (_, received, length) => {
  expect(answerLength(received)).toBe(length)
})

test('an answer without a length is an error', () => {
  expect(() => answerLength('HTTP/1.1 200 OK\r\n\r\n')).toThrow('no Content-Length')
})

test.each([0, 1])('sends the next request %d ms after a whole answer', async (pause) => {
  const server = createServer((socket) => {
    socket.on('data', () => {
      socket.write(answer.slice(0, 20))
      setImmediate(() => socket.write(answer.slice(20)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const statuses: number[] = []
  const request = Buffer.from('GET / HTTP/1.1\r\n\r\n')
  await new Promise<void>((resolve, reject) => {
    const socket = openConnection({
      port,
      next: () => request,
      pauseMs: () => pause,
      onAnswer: (status) => {
        if (statuses.push(status) < 3) return
        socket.destroy()
        resolve()
      },
      onLost: reject,
    })
  })
  expect(statuses).toEqual([200, 200, 200])
})

test('a connection that the server cuts is lost', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const lost = new Promise<Error>((resolve) =>
    openConnection({
      port,
      next: () => Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      onAnswer: () => {},
      onLost: resolve,
    }),
  )
  await expect(lost).resolves.toBeInstanceOf(Error)
})
