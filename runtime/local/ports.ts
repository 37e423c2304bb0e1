import { createServer, type Server } from 'node:net'
import { functionNames, services } from '../../model/services.ts'
import { portOf } from './lab.ts'

const listenOn = (port: number, hostname: string) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, hostname, () => resolve(server))
  })

const close = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()))

/** Whether a port can be listened on. */
export async function isFree(port: number, hostname = '127.0.0.1'): Promise<boolean> {
  const server = await listenOn(port, hostname).catch(() => undefined)
  if (server) await close(server)
  return server !== undefined
}

/** The wanted port, or any free one where that is taken. */
export async function freePort(wanted = 0): Promise<number> {
  const server = await listenOn(wanted, '127.0.0.1').catch(() => listenOn(0, '127.0.0.1'))
  const { port } = server.address() as { port: number }
  await close(server)
  return port
}

/** The services whose port is taken, in words. */
export async function takenPorts(firstPort: number, hostname: string): Promise<string[]> {
  const taken: string[] = []
  for (const name of functionNames) {
    const port = portOf(name, firstPort)
    if (!(await isFree(port, hostname))) taken.push(`${port} (${services[name].name})`)
  }
  return taken
}
