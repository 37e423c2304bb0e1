/** HTTP under Bun: refuses requests that node:http would refuse, but that Bun's parser accepts. */

/** The part of Bun's server that is used here. */
export type BunServer = {
  port: number
  stop: (closeActive?: boolean) => Promise<void>
  /** Limits the silence on a request's connection, in seconds; 0 is no limit. */
  timeout: (request: Request, seconds: number) => void
}

/** A request as Bun hands it over. An iterator of its headers takes seven times as long as `toJSON`. */
export type BunRequest = Request & { headers: { toJSON: () => Record<string, string> } }

/** `Bun.serve` */
export type BunServe = (options: {
  fetch: (request: BunRequest, server: BunServer) => Promise<Response>
  port: number
  hostname: string
  idleTimeout: number
  maxRequestBodySize: number
}) => BunServer

const refuse = (status: number, detail: string) => Response.json({ detail }, { status })

const usualHost = /^[a-z0-9._-]+(:([1-5]?\d{1,4}))?$/i

/** Bun joins several `Host` lines with a comma, and makes no valid URL from an invalid host. */
const isHost = (host: string, url: string) =>
  usualHost.test(host) || (!host.includes(',') && URL.canParse(url))

/**
 * A request that the host can route, or the response that refuses it. Without a host (HTTP/1.0, or
 * an empty `Host`), the request is for this one. RFC 9112, 3.2
 */
export function readRequest(
  request: Request,
  { expect: expected, host }: Record<string, string>,
): Request | Response {
  const { url, method } = request
  if (method === 'CONNECT') return refuse(501, 'CONNECT is not supported')
  if (expected && expected.toLowerCase() !== '100-continue')
    return refuse(417, `Expect: ${expected} is not supported`)
  if (!host) return new Request(`http://localhost${url}`, request)
  return isHost(host, url) ? request : refuse(400, 'Invalid host header')
}
