import { hostname } from 'node:os'
import type { MiddlewareHandler } from 'hono'
import { servedByHeader } from '../../model/served-by.ts'

/** The name of this replica. */
export const replica = hostname()

/** Names this replica in the responses that the request layer does not see. */
export const nameReplica: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set(servedByHeader, replica)
}
