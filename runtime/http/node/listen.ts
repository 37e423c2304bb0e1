/** HTTP under node:http, with support for HTTP/1.0, and with refusals before a request exists. */
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import { type AddressInfo, Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises'
import { getRequestListener, RequestError } from '@hono/node-server'
import { type Gating, gateListener } from '../../admission/gated-requests.ts'
import { keepAliveSeconds, type Listener, type ListenOptions } from '../arrival.ts'
import { createEarlyBodies, keepTick, Outgoing } from './fast-path.ts'

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
      // The library would drop the fragment, which no client may send. RFC 9112, 3.2
      if (incoming.url?.includes('#')) throw new RequestError('Fragment in request target')
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
  speakHttp(server, gating.corsOf)
  server.on('connection', gating.gate.accepted)
  const open = (onPort: number) =>
    once(server.listen({ port: onPort, host: hostname, backlog }), 'listening')
  // http's own close hangs up at once on connections without a request, among them those whose
  // request is on its way.
  const stopListening = () =>
    new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()))
  await open(port)
  const { port: listening } = server.address() as AddressInfo
  return {
    port: listening,
    async close() {
      // An answer that does not ask for the end of its connection must not keep it open either.
      server.keepAliveTimeout = 1
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
    async resume() {
      if (!server.listening) await open(listening)
    },
  }
}

/**
 * HTTP/1.0 has no `Host`, so node:http must not ask for it; a second `Host` line is joined to the
 * first, which makes the two an invalid one. Headers have `timeoutMs` to arrive; the host limits
 * bodies by itself, so that the limit of the whole request is for bodies that nothing reads.
 */
const httpOptions = (
  timeoutMs: number,
): ServerOptions<typeof IncomingMessage, typeof Outgoing> => ({
  ServerResponse: Outgoing,
  requireHostHeader: false,
  joinDuplicateHeaders: true,
  headersTimeout: timeoutMs,
  requestTimeout: 2 * timeoutMs,
  keepAliveTimeout: keepAliveSeconds * 1000,
  connectionsCheckingInterval: Math.min(timeoutMs, 1000),
})

/** The answer to a request from which no URL can be made, with the reason. */
const answerUnreadable = (error: unknown): Response =>
  error instanceof RequestError
    ? Response.json({ detail: reasonOf(error) }, { status: 400 })
    : Response.json({ detail: 'Internal Server Error' }, { status: 500 })

// What makes no URL is either of the two that it is made from.
const reasonOf = ({ message }: Error) =>
  message === 'Invalid URL' ? 'Invalid host header or request target' : message

/**
 * Makes a server accept requests without a host, and add a detail to the refusals of node:http.
 */
function speakHttp(server: Server, corsOf: Gating['corsOf']): void {
  server.prependListener('request', nameHost)
  server.on('checkExpectation', refuseExpectation(corsOf))
  server.on('connect', refuseTunnel)
  server.on('clientError', refuseUnreadable(corsOf))
}

/** HTTP/1.0 and an empty `Host` name no host: this one is meant. RFC 9112, 3.2 */
function nameHost({ headers, httpVersionMinor }: IncomingMessage): void {
  const { host } = headers
  if (host === '' || (host === undefined && httpVersionMinor === 0)) headers.host = 'localhost'
}

const refuseExpectation =
  (corsOf: Gating['corsOf']) =>
  ({ headers }: IncomingMessage, outgoing: ServerResponse): void => {
    const body = JSON.stringify({ detail: `Expect: ${headers.expect} is not supported` })
    outgoing.writeHead(417, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
      ...corsOf(headers.origin),
    })
    outgoing.end(body)
  }

function refuseTunnel(_incoming: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy())
  socket.end(rawAnswer(501, 'CONNECT is not supported'))
}

/** A raw response with a detail, for input that did not become a request. */
function rawAnswer(status: number, detail = STATUS_CODES[status], headers = {}): string {
  const body = JSON.stringify({ detail })
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...Object.entries(headers).map((header) => header.join(': ')),
    '',
    body,
  ].join('\r\n')
}

const lingerMs = 1000

const parserStatus: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer }

/** The origin of a request whose headers were not read to their end, if it came with the last of them. */
const originIn = (packet?: Buffer) =>
  /^origin: *(\S+)/im.exec(packet?.toString('latin1') ?? '')?.[1]

/** Answers input that the HTTP parser rejects, in the contract's format. */
const refuseUnreadable =
  (corsOf: Gating['corsOf']) =>
  ({ code = '', rawPacket }: ParserError, socket: Duplex): void => {
    if (code === 'ECONNRESET') return void socket.destroy()
    // Keep draining input: closing now would reset the connection before the client reads the answer.
    if (!socket.writable) return
    if (socket instanceof Socket) socket.setTimeout(lingerMs, () => socket.destroy())
    socket.end(rawAnswer(parserStatus[code] ?? 400, undefined, corsOf(originIn(rawPacket))))
  }
