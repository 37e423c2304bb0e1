/** Which web pages may ask a service for what: their browsers mark each request with the page's origin. */
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { HttpError } from '../../functions/http/refusal.ts'
import { servedByHeader } from '../../model/routes.ts'
import { type Style, styles } from '../../model/styles.ts'
import type { Gating } from '../admission/gated-requests.ts'
import { headerOf } from './arrival.ts'

/** Origins such as `http://localhost:5173`; `*` is every one. */
export type Origins = readonly string[]

/** Names such as `shop.example`; `.example.com` has all its subdomains, `*` is every name. */
export type Hosts = readonly string[]

export type Trusted = {
  /** Other origins whose pages may read and write. */
  origins?: Origins
  /** The names under which browsers may reach the service, beside addresses. */
  hosts?: Hosts
}

const safeMethods = ['GET', 'HEAD', 'OPTIONS']
const preflightSeconds = 600

const isAllowed = (origins: Origins, origin: string) =>
  origins.includes('*') || origins.includes(origin)

/**
 * The names that a service has by itself: those of loopback, of its machine, and of its container.
 */
export function ownHosts(service: string, { suffix }: Style = styles.sync): Hosts {
  const machine = hostname().toLowerCase()
  const [short] = machine.split('.')
  return ['.localhost', machine, `${short}`, `${short}.local`, service, service + suffix]
}

/** Whether a browser may have sent the request. Node's own fetch sends `Sec-Fetch-Mode` as well. */
const isOfBrowser = (c: Context): boolean =>
  headerOf(c, 'origin') !== undefined ||
  headerOf(c, 'sec-fetch-site') !== undefined ||
  headerOf(c, 'referer') !== undefined ||
  headerOf(c, 'user-agent')?.startsWith('Mozilla/') === true

const ports = /:(80|443)$/

/** Host and port of an origin or of a `Host`. The ports of http and https are left out of both. */
const placeOf = (url: string) => URL.parse(url)?.host.replace(ports, '')

/** Whether an origin is the one that the request was sent to, by whatever scheme: TLS may end before this container. */
const isOwn = (origin: string, host = '') =>
  URL.canParse(origin) && placeOf(origin) === placeOf(`http://${host}`)

/** Whether the request was sent for a page of another origin. */
function isCrossOrigin(c: Context): boolean {
  const site = headerOf(c, 'sec-fetch-site')
  // `none` is the user, who came by no page. A page of the same site has another port or another subdomain.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  // Browsers name the site to hosts only that they trust; to others, such as http://192.168.1.2, just the origin.
  const origin = headerOf(c, 'origin')
  return origin !== undefined && !isOwn(origin, headerOf(c, 'host'))
}

/** Whether a host is an address or has a name of these: no other page can have it for its own. */
function isKnown(host: string, hosts: Hosts): boolean {
  const name = URL.parse(`http://${host}`)?.hostname.replace(/\.$/, '') ?? ''
  if (isIP(name.replace(/^\[|\]$/g, ''))) return true
  return hosts.some(
    (known) =>
      known === '*' || known === name || (known.startsWith('.') && `.${name}`.endsWith(known)),
  )
}

/**
 * Refuses with 403 what a page of another origin would write, and every request of a browser under
 * an unknown name: a page can let its own name lead here, to read as if it were of this origin (DNS
 * rebinding). Hono's own `csrf` lets through whatever has a JSON content type, and refuses clients
 * that are no browsers if they send none.
 */
export const refuseForeign =
  ({ origins = [], hosts = [] }: Trusted): MiddlewareHandler =>
  (c, next) => {
    if (!isOfBrowser(c) || isAllowed(origins, headerOf(c, 'origin') ?? '')) return next()
    const host = headerOf(c, 'host')
    if (host && !isKnown(host, hosts))
      throw new HttpError(403, `Host ${host} refused: ALLOWED_HOSTS names those for browsers`)
    if (!safeMethods.includes(c.req.method) && isCrossOrigin(c))
      throw new HttpError(403, 'Cross-origin request refused: CORS_ORIGINS names who may send it')
    return next()
  }

const exposed = [
  'Allow',
  'Idempotency-Replayed',
  'Retry-After',
  'Server-Timing',
  'X-Request-Id',
  servedByHeader,
]

/** Lets pages of these origins read answers, and their headers. https://fetch.spec.whatwg.org/#http-cors-protocol */
export function allowOrigins(origins: Origins): MiddlewareHandler {
  const answer = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposeHeaders: exposed,
    maxAge: preflightSeconds,
  })
  return (c, next) => (c.req.header('origin') === undefined ? next() : answer(c, next))
}

/**
 * What `allowOrigins` adds, for answers to requests that do not reach the host. If the origin is not
 * known, it is the only one that is allowed.
 */
export const corsHeaders =
  (origins: Origins): Gating['corsOf'] =>
  (origin = origins.length === 1 ? origins[0] : undefined) =>
    origin !== undefined && isAllowed(origins, origin)
      ? {
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Expose-Headers': exposed.join(),
          Vary: 'Origin',
        }
      : {}
