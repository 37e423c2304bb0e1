import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * The fate of a route's responses: passed on, lost while the caller waits, or cut off with the
 * connection.
 */
export type Treatment = 'pass' | 'swallow' | 'cut'

export type Wire = {
  url: string
  /** The number of responses lost since the treatment was set. */
  lost: () => number
  /** Treats responses to `path` like this from now on, and passes all others on. */
  treat: (path: string, treatment: Treatment) => void
  close: () => Promise<void>
}

/** A TCP proxy between two services that passes on every request, and may lose the response. */
export async function createWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const treatments = new Map<string, Treatment>()
  let lost = 0

  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let treatment: Treatment = 'pass'
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (chunk: Buffer) => {
      const [, path] = /^[A-Z]+ (\S+) HTTP/.exec(chunk.toString('latin1', 0, 256)) ?? []
      if (path !== undefined) treatment = treatments.get(path) ?? 'pass'
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (treatment === 'pass') return void client.write(chunk)
      lost++
      if (treatment === 'cut') client.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: listening } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${listening}`,
    lost: () => lost,
    treat(path, treatment) {
      treatments.set(path, treatment)
      lost = 0
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
