import type { OpenAPIHono } from '@hono/zod-openapi'
import { type $Fetch, createFetch } from 'ofetch'

/** The options of a `POST` with a JSON body. */
export const postJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

// biome-ignore lint/suspicious/noExplicitAny: accepts a function with any variables and routes
type App<Bindings extends object> = OpenAPIHono<{ Bindings: Bindings; Variables: any }, any>

/** A client of a function in this process, without a network: usable as its caller's binding. */
export const inProcess = <Bindings extends object>(fn: App<Bindings>, env: Bindings): $Fetch =>
  createFetch({
    fetch: async (input, init) => fn.request(String(input), init, env),
    Headers,
    AbortController,
  }).create({ retry: false })
