/**
 * A keep-alive connection that sends one prepared request after another, as cheaply as Node.js can.
 */
import { connect, type Socket } from 'node:net'

type ConnectionOptions = {
  port: number
  /** The bytes of the next request. */
  next: () => Buffer
  /** Called for each answer, before the next request. */
  onAnswer: (status: number, milliseconds: number) => void
  /** How long to wait after an answer before the next request, in milliseconds. */
  pauseMs?: () => number
  /** Called if the connection breaks. */
  onLost: (error: Error) => void
}

/** The bytes of a request with a JSON body. */
export function encodeRequest(method: string, path: string, body: unknown): Buffer {
  const text = JSON.stringify(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/**
 * The length of the whole answer at the start of `received`; `undefined` until it has arrived.
 * @throws Error for an answer without a Content-Length
 */
export function answerLength(received: string): number | undefined {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  if (length === undefined) throw new Error(`An answer has no Content-Length: ${received}`)
  const whole = head + 4 + Number(length)
  return received.length >= whole ? whole : undefined
}

// One for each connection: a stream would allocate one for each answer.
const bufferBytes = 65_536

/** Opens a connection that sends its next request after each answer, until it is destroyed. */
export function openConnection({
  port,
  next,
  onAnswer,
  pauseMs = () => 0,
  onLost,
}: ConnectionOptions): Socket {
  let received = ''
  let sentAt = 0
  const send = () => {
    sentAt = performance.now()
    socket.write(next())
  }
  const receive = (text: string) => {
    received += text
    const length = answerLength(received)
    if (length === undefined) return
    const status = Number(received.slice(9, 12))
    received = received.slice(length)
    onAnswer(status, performance.now() - sentAt)
    if (socket.destroyed) return
    const ms = pauseMs()
    if (ms > 0) setTimeout(send, ms)
    else send()
  }
  const onread = {
    buffer: Buffer.allocUnsafe(bufferBytes),
    callback: (bytes: number, buffer: Uint8Array) => {
      receive((buffer as Buffer).toString('latin1', 0, bytes))
      return true
    },
  }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  socket.on('connect', send)
  socket.on('error', onLost)
  return socket.on('close', () => onLost(new Error('The server closed a connection in use')))
}
