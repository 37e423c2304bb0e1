/** Which web pages may ask a service for what: their browsers mark each request with the page's origin. */
import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { HttpError } from '../../functions/http/refusal.ts'
import { servedByHeader } from '../../model/routes.ts'
import { headerOf } from './arrival.ts'

/** Origins such as `http://localhost:5173`; `*` is every one. */
export type Origins = readonly string[]

const safeMethods = ['GET', 'HEAD', 'OPTIONS']
const preflightSeconds = 600

const isAllowed = (origins: Origins, origin: string) =>
  origins.includes('*') || origins.includes(origin)

/** Whether an origin is the one that the request was sent to, by whatever scheme: TLS may end before this container. */
const isOwn = (origin: string, host: string | undefined) =>
  URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()

/** Whether a browser sent the request for a page of another origin; clients that are no browsers send neither header. */
function isCrossOrigin(c: Context, origins: Origins): boolean {
  const origin = headerOf(c, 'origin')
  if (origin !== undefined && isAllowed(origins, origin)) return false
  const site = headerOf(c, 'sec-fetch-site')
  // `none` is the user, who came by no page. A page of the same site has another port or another subdomain.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  // Browsers name the site to hosts only that they trust; to others, such as http://192.168.1.2, just the origin.
  return origin !== undefined && !isOwn(origin, headerOf(c, 'host'))
}

/**
 * Refuses with 403 what a page of another origin would write. Hono's own `csrf` lets through
 * whatever has a JSON content type, and refuses clients that are no browsers if they send none.
 */
export const refuseCrossOrigin =
  (origins: Origins): MiddlewareHandler =>
  (c, next) => {
    if (!safeMethods.includes(c.req.method) && isCrossOrigin(c, origins))
      throw new HttpError(403, 'Cross-origin request refused: CORS_ORIGINS names who may send it')
    return next()
  }

/** Lets pages of these origins read answers, and their headers. https://fetch.spec.whatwg.org/#http-cors-protocol */
export function allowOrigins(origins: Origins): MiddlewareHandler {
  const answer = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposeHeaders: [
      'Allow',
      'Idempotency-Replayed',
      'Retry-After',
      'Server-Timing',
      'X-Request-Id',
      servedByHeader,
    ],
    maxAge: preflightSeconds,
  })
  return (c, next) => (c.req.header('origin') === undefined ? next() : answer(c, next))
}
