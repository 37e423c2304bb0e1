/** HTTP under Bun; refuses requests that node:http would refuse, but that Bun's parser accepts. */
import { type Gating, gateFetch } from '../../admission/gated-requests.ts'
import { keepAliveSeconds, type Listener, type ListenOptions } from '../arrival.ts'
import { withEarlyBodies } from './early-bodies.ts'

/** The part of Bun's server that is used here. */
type BunServer = {
  port: number
  stop: (closeActive?: boolean) => Promise<void>
  /** Limits the silence on a request's connection, in seconds; 0 is no limit. */
  timeout: (request: Request, seconds: number) => void
}

/** A request as Bun hands it over. An iterator of its headers takes seven times as long as `toJSON`. */
type BunRequest = Request & { headers: { toJSON: () => Record<string, string> } }

/** `Bun.serve` */
type BunServe = (options: {
  fetch: (request: BunRequest, server: BunServer) => Promise<Response>
  port: number
  hostname: string
  idleTimeout: number
  maxRequestBodySize: number
}) => BunServer

const refuse = (status: number, detail: string, headers = {}) =>
  Response.json({ detail }, { status, headers })

const usualHost = /^[a-z0-9._-]+(:([1-5]?\d{1,4}))?$/i

/** Bun joins several `Host` lines with a comma, and makes no valid URL from an invalid host. */
const isHost = (host: string, url: string) =>
  usualHost.test(host) || (!host.includes(',') && URL.canParse(url))

/**
 * A request that the host can route, or the response that refuses it. Without a host (HTTP/1.0, or
 * an empty `Host`), the request is for this one. RFC 9112, 3.2
 */
function readRequest(
  request: Request,
  { expect: expected, host, origin }: Record<string, string>,
  corsOf: Gating['corsOf'],
): Request | Response {
  const { url, method } = request
  if (method === 'CONNECT') return refuse(501, 'CONNECT is not supported')
  if (expected && expected.toLowerCase() !== '100-continue')
    return refuse(417, `Expect: ${expected} is not supported`, corsOf(origin))
  if (url.includes('#')) return refuse(400, 'Invalid request target')
  if (!host) return new Request(`http://localhost${url}`, request)
  return isHost(host, url) ? request : refuse(400, 'Invalid host header')
}

// Above every limit of ours, so that the body limit of the host answers, not Bun.
const bunBodyBytes = 1 << 27

export async function listenOnBun(options: ListenOptions): Promise<Listener> {
  const { fetch, port, hostname, gating, requestTimeoutMs } = options
  const { serve } = (globalThis as unknown as { Bun: { serve: BunServe } }).Bun
  const gated = gateFetch(gating, withEarlyBodies(fetch))
  // Bun closes a connection that is silent for so long, from the granularity of 4 s that it has;
  // 255 s are its maximum.
  const idleTimeout = Math.min(255, Math.ceil(requestTimeoutMs / 1000))
  const open = (onPort: number) =>
    serve({
      async fetch(sent, own) {
        const headers = sent.headers.toJSON()
        const request = readRequest(sent, headers, gating.corsOf)
        if (request instanceof Response) return request
        // While it is worked on, it may be silent: a report takes its time.
        own.timeout(sent, 0)
        try {
          return await gated(request, { headers })
        } finally {
          own.timeout(sent, keepAliveSeconds)
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
