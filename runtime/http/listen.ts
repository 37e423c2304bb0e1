import { createServer } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { type Gating, gateFetch, gateListener } from '../admission/gated-requests.ts'
import { type BunServe, type BunServer, readRequest } from './bun-http.ts'
import { createEarlyBodies } from './early-bodies.ts'
import { withEarlyTexts } from './early-texts.ts'
import { answerUnreadable, httpOptions, speakHttp } from './node-http.ts'

type Fetch = (request: Request, env: object) => Response | Promise<Response>

export type ListenOptions = {
  fetch: Fetch
  port: number
  hostname: string
  gating: Gating
  /** How long the headers of a request may take to arrive, in milliseconds. */
  requestTimeoutMs: number
}

/**
 * A listening server; `close` refuses new connections at once and resolves when every accepted
 * request has its answer.
 */
export type Listener = {
  port: number
  close: () => Promise<void>
  /** Cuts every connection and refuses new ones, as a container does that has crashed. */
  suspend: () => Promise<void>
  /** Listens again, on the same port. */
  resume: () => Promise<void>
}

/**
 * Listens with the server that is native to the runtime: node:http under Node, `Bun.serve` under
 * Bun.
 */
export const listen = (options: ListenOptions): Promise<Listener> =>
  'Bun' in globalThis ? listenOnBun(options) : listenOnNode(options)

async function listenOnNode(options: ListenOptions): Promise<Listener> {
  const { fetch, port, hostname, gating, requestTimeoutMs } = options
  let arrivedMs = 0
  const answer = getRequestListener(
    (request, { incoming, outgoing }) =>
      fetch(request, { incoming, outgoing, headers: incoming.headers, arrivedMs }),
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

// Node accepts one connection per turn of its loop. If more come at once than may wait here, their
// clients try again after a second. The kernel caps it at net.core.somaxconn.
const backlog = 4096

// Long enough for a request that was sent before its client could know; its answer asks to close
// the connection.
const onTheWayMs = 250

// Above every limit of ours, so that the body limit of the host answers, not Bun.
const bunBodyBytes = 1 << 27

async function listenOnBun(options: ListenOptions): Promise<Listener> {
  const { fetch, port, hostname, gating, requestTimeoutMs } = options
  const { serve } = (globalThis as unknown as { Bun: { serve: BunServe } }).Bun
  const gated = gateFetch(gating, withEarlyTexts(fetch))
  // Bun closes a connection that is silent for so long, from the granularity of 4 s that it has;
  // 255 s are its maximum.
  const idleTimeout = Math.min(255, Math.ceil(requestTimeoutMs / 1000))
  const open = (onPort: number) =>
    serve({
      async fetch(sent, own) {
        const headers = sent.headers.toJSON()
        const request = readRequest(sent, headers)
        if (request instanceof Response) return request
        // While it is worked on, it may be silent: a report takes its time.
        own.timeout(sent, 0)
        try {
          return await gated(request, { headers })
        } finally {
          own.timeout(sent, idleTimeout)
        }
      },
      port: onPort,
      hostname,
      idleTimeout,
      maxRequestBodySize: bunBodyBytes,
    })
  let server: BunServer | undefined = open(port)
  const { port: listening } = server
  return {
    port: listening,
    close: async () => server?.stop(),
    async suspend() {
      const suspended = server
      server = undefined
      await suspended?.stop(true)
    },
    async resume() {
      server ??= open(listening)
    },
  }
}
