/** Keep-alive connections that send one prepared request each, as cheaply as Node.js can. */
import { connect, type Socket } from 'node:net'

export type ConnectionsOptions = {
  port: number
  /** The limit of open connections. */
  limit: number
  /** The bytes of a request. */
  request: string
  onAnswer: (status: string, milliseconds: number) => void
}

type Connection = { socket: Socket; sentAt: number; isWaiting: boolean; received: string }

/** The status of a complete response. */
function statusOf(received: string): string | undefined {
  const head = received.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(received)?.[1]
  const isWhole = head >= 0 && received.length >= head + 4 + Number(length)
  return isWhole ? received.slice(9, 12) : undefined
}

/** Opens a connection only if none is free. */
export function openConnections({ port, limit, request, onAnswer }: ConnectionsOptions) {
  const free = new Set<Connection>()
  const counts = { open: 0, waiting: 0, dropped: 0, lost: 0 }

  function open(): Connection {
    counts.open++
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
    const connection = { socket, sentAt: 0, isWaiting: false, received: '' }
    socket.on('data', (chunk: string) => receive(connection, chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => close(connection))
    return connection
  }

  function receive(connection: Connection, chunk: string): void {
    connection.received += chunk
    const status = statusOf(connection.received)
    if (status === undefined) return
    connection.received = ''
    connection.isWaiting = false
    counts.waiting--
    free.add(connection)
    onAnswer(status, performance.now() - connection.sentAt)
  }

  function close(connection: Connection): void {
    counts.open--
    free.delete(connection)
    if (!connection.isWaiting) return
    counts.waiting--
    counts.lost++
  }

  /** Sends a request on a free or a new connection; without either, it counts as dropped. */
  function send(): void {
    const [idle] = free
    const connection = idle ?? (counts.open < limit ? open() : undefined)
    if (!connection) return void counts.dropped++
    free.delete(connection)
    connection.sentAt = performance.now()
    connection.isWaiting = true
    counts.waiting++
    connection.socket.write(request, 'latin1')
  }

  return { counts, send }
}
