import type { Context } from 'hono'

/** What a container may leave in `c.env` of a request that it has read. */
export type ReadHeaders = { headers?: Readonly<Record<string, string | string[] | undefined>> }

/**
 * A header of a request, by its name in lower case. It is read where the container left it, if it
 * did: one look into the headers of a Request takes half a microsecond under Bun, and a request is
 * asked for ten of them.
 */
export function headerOf(c: Context, name: string): string | undefined {
  const { headers } = (c.env ?? {}) as ReadHeaders
  return headers ? (headers[name] as string | undefined) : c.req.header(name)
}
