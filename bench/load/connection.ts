/**
 * A keep-alive connection that sends one prepared request after another, as cheaply as Node.js can.
 */
import { connect } from 'node:net'

export type Connection = {
  /** Sends the bytes of a request; the one before must have its answer. */
  send: (request: Buffer) => void
  end: () => void
}

export type ConnectionOptions = {
  port: number
  onOpen: (connection: Connection) => void
  onAnswer: (connection: Connection, status: number, milliseconds: number) => void
  /** Called if the connection breaks before its end. */
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

const bufferBytes = 65_536

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

export function openConnection({ port, onOpen, onAnswer, onLost }: ConnectionOptions): void {
  let received = ''
  let sentAt = 0
  let ended = false
  const connection: Connection = {
    send(request) {
      sentAt = performance.now()
      socket.write(request)
    },
    end() {
      ended = true
      socket.end()
    },
  }
  const receive = (text: string) => {
    received += text
    const length = answerLength(received)
    if (length === undefined) return
    const status = Number(received.slice(9, 12))
    received = received.slice(length)
    onAnswer(connection, status, performance.now() - sentAt)
  }
  const onread = {
    buffer: Buffer.allocUnsafe(bufferBytes),
    callback: (bytes: number, buffer: Uint8Array) => {
      receive((buffer as Buffer).toString('latin1', 0, bytes))
      return true
    },
  }
  const lose = (error: Error) => {
    if (!ended) onLost(error)
    ended = true
  }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  socket.on('connect', () => onOpen(connection))
  socket.on('error', lose)
  socket.on('close', () => lose(new Error('The server closed a connection in use')))
}
