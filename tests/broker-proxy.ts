/** Between services and their broker: passes on what they say, or keeps it to itself. */
import { connect, createServer, type Socket } from 'node:net'

export type BrokerProxy = {
  /** In place of the URL of the broker. */
  url: string
  /** Closes all connections, and passes on what new ones say. */
  pass: () => void
  close: () => Promise<void>
}

export type BrokerProxyOptions = {
  /** The URL of the broker. */
  target: string
  /** Whether it accepts connections and says nothing until `pass`. */
  isSilent?: boolean
  /** Changes what the broker says. */
  alter?: (chunk: Buffer) => Buffer
}

/** Opens a proxy on a free port of the loopback. */
export async function openBrokerProxy({
  target,
  isSilent = false,
  alter = (chunk) => chunk,
}: BrokerProxyOptions): Promise<BrokerProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let passes = !isSilent

  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    keep(client)
    if (!passes) return void client.resume()
    const broker = connect(Number(port), hostname)
    keep(broker)
    client.on('data', (chunk: Buffer) => broker.write(chunk)).on('close', () => broker.destroy())
    broker
      .on('data', (chunk: Buffer) => client.write(alter(chunk)))
      .on('close', () => client.destroy())
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as { port: number }
  return {
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(own) }).href,
    pass() {
      passes = true
      cut()
    },
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
