/** Requests as bytes on a connection, for clients that send slowly, send a part, or disconnect. */
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** One connection to a service. */
export type Wire = {
  send: (text: string) => void
  /** The text received so far. */
  received: () => string
  /** Resolves with all received text when the service closes the connection. */
  ended: Promise<string>
  /** Disconnects like a client that is killed. */
  leave: () => void
}

/** Opens a connection to a service and sends `text` on it; it ends with the test. */
export function wire({ url }: { url: string }, text: string): Wire {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  // A reset closes it as well.
  socket.on('error', () => {})
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(received)))
  socket.write(text)
  const leave = () => void socket.destroy()
  onTestFinished(leave)
  return { send: (more) => void socket.write(more), received: () => received, ended, leave }
}

/** The head of a request with a JSON body. */
export const head = (method: string, path: string, ...headers: string[]): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    ...headers,
    '\r\n',
  ].join('\r\n')

/** A whole request. */
export const whole = (method: string, path: string, body: object, ...headers: string[]): string => {
  const text = JSON.stringify(body)
  return head(method, path, `Content-Length: ${text.length}`, ...headers) + text
}
