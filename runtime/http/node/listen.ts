import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { gateListener } from '../../admission/gated-requests.ts'
import type { Listener, ListenOptions } from '../listen.ts'
import { createEarlyBodies, keepTick, type Outgoing } from './fast-path.ts'
import { answerUnreadable, httpOptions, speakHttp } from './parser-refusals.ts'

// Node accepts one connection per turn of its loop. If more come at once than may wait here, their
// clients try again after a second. The kernel caps it at net.core.somaxconn.
const backlog = 4096

// Long enough for a request that was sent before its client could know; its answer asks to close
// the connection.
const onTheWayMs = 250

export async function listenOnNode(options: ListenOptions): Promise<Listener> {
  const { fetch, port, hostname, gating, requestTimeoutMs } = options
  keepTick()
  let arrivedMs = 0
  const answer = getRequestListener(
    (request, bindings) => {
      // Not HTTP/2, which the types of the library include.
      const { incoming, outgoing } = bindings as { incoming: IncomingMessage; outgoing: Outgoing }
      return fetch(request, { incoming, outgoing, headers: incoming.headers, arrivedMs })
    },
    { errorHandler: answerUnreadable },
  )
  const beginEarly = createEarlyBodies()
  const gated = gateListener(gating, (incoming, outgoing, arrived) =>
    beginEarly(incoming, () => {
      // The listener calls `fetch` before it returns.
      arrivedMs = arrived
      void answer(incoming, outgoing)
    }),
  )
  const server = createServer(httpOptions(requestTimeoutMs), gated)
  speakHttp(server)
  server.on('connection', gating.gate.accepted)
  const open = (onPort: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port: onPort, host: hostname, backlog }, resolve)
    })
  // http's own close hangs up at once on connections without a request, among them those whose
  // request is on its way.
  const stopListening = () =>
    new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  await open(port)
  const { port: listening } = server.address() as AddressInfo
  return {
    port: listening,
    async close() {
      // Let pending accepts finish first, so that few connections are left in the kernel's backlog.
      await immediate()
      const closed = stopListening()
      await Promise.race([closed, delay(onTheWayMs)])
      // Connections that are idle end here; those at work end with their answer, which asks for it.
      server.closeIdleConnections()
      await closed
    },
    async suspend() {
      const closed = stopListening()
      server.closeAllConnections()
      await closed
    },
    resume: async () => (server.listening ? undefined : open(listening)),
  }
}
