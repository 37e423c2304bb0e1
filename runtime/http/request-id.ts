import type { Context } from 'hono'
import { headerOf } from '../../functions/header.ts'

const longest = 255
const invalid = /[^\w\-=]/

/** The id that a caller gave its request, or a new one. The rules are those of `hono/request-id`. */
export function requestIdOf(c: Context): string {
  const given = headerOf(c, 'x-request-id')
  return given && given.length <= longest && !invalid.test(given) ? given : crypto.randomUUID()
}
