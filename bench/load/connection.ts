/**
 * A keep-alive connection that sends one prepared request after another, as cheaply as Node.js can.
 */
import { connect } from 'node:net'

export type ConnectionOptions = {
  port: number
  /** The bytes of the next request; `undefined` ends the connection. */
  nextRequest: () => Buffer | undefined
  onAnswer: (status: number, milliseconds: number) => void
  onLost: (error: Error) => void
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

export function openConnection({ port, nextRequest, onAnswer, onLost }: ConnectionOptions): void {
  let received = ''
  let sentAt = 0
  let ended = false
  const receive = (text: string) => {
    received += text
    const length = answerLength(received)
    if (length === undefined) return
    const status = Number(received.slice(9, 12))
    received = received.slice(length)
    onAnswer(status, performance.now() - sentAt)
    send()
  }
  const onread = {
    buffer: Buffer.allocUnsafe(bufferBytes),
    callback: (bytes: number, buffer: Uint8Array) => {
      receive((buffer as Buffer).toString('latin1', 0, bytes))
      return true
    },
  }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  const send = () => {
    const request = nextRequest()
    ended = request === undefined
    sentAt = performance.now()
    if (request) socket.write(request)
    else socket.end()
  }
  socket.on('connect', send)
  socket.on('error', onLost)
  socket.on('close', () => {
    if (!ended) onLost(new Error('The server closed a connection in use'))
  })
}
