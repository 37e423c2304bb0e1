/** Between services and their broker: passes on what they say, keeps it to itself, or refuses. */
import { connect, createServer, type Socket } from 'node:net'

export type BrokerProxyOptions = {
  /** The URL of the broker. */
  target: string
  /** Changes what the broker says. */
  alter?: (chunk: Buffer) => Buffer
}

/** What becomes of connections; a silent one is accepted, and a foreign one is answered in HTTP. */
type Behaviour = 'pass' | 'silent' | 'refuse' | 'foreign'

/** Opens a proxy on a free port of the loopback. */
export async function openBrokerProxy({ target, alter = (chunk) => chunk }: BrokerProxyOptions) {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let behaviour: Behaviour = 'pass'

  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    socket.on('close', () => sockets.delete(socket))
  }
  const join = (from: Socket, to: Socket, change: (chunk: Buffer) => Buffer) => {
    from.on('close', () => to.destroy())
    from.on('data', (chunk: Buffer) => {
      if (behaviour === 'pass') to.write(change(chunk))
    })
  }
  const server = createServer((client) => {
    keep(client)
    if (behaviour === 'refuse') return void client.destroy()
    if (behaviour === 'silent') return void client.resume()
    if (behaviour === 'foreign') return void client.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    const broker = connect(Number(port), hostname)
    keep(broker)
    join(client, broker, (chunk) => chunk)
    join(broker, client, alter)
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as { port: number }
  const url = Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(own) }).href
  return {
    /** In place of that of the broker. */
    url,
    settings: { BROKER: 'rabbitmq', BROKER_URL: url },
    /** Connections that are open fall silent with it; otherwise they are cut. */
    set(next: Behaviour): void {
      behaviour = next
      if (next !== 'silent') cut()
    },
    async close(): Promise<void> {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
