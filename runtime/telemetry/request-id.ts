import { headerOf } from '../../functions/http/header.ts'
import type { RequestContext } from './spans.ts'

const longest = 255
const invalid = /[^\w\-=]/

function readId(c: RequestContext): string {
  const given = headerOf(c, 'x-request-id')
  return given && given.length <= longest && !invalid.test(given) ? given : crypto.randomUUID()
}

/**
 * The id that a caller gave its request, or a new one, made when the log, a call or the response
 * first needs it: a request that waits keeps none. The rules are those of `hono/request-id`.
 */
export function requestIdOf(c: RequestContext): string {
  const known = c.get('requestId')
  if (known !== undefined) return known
  const id = readId(c)
  c.set('requestId', id)
  return id
}
