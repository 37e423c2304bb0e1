import type { OpenAPIHono } from '@hono/zod-openapi'
import { type $Fetch, createFetch } from 'ofetch'

/** The options of a `POST` with a JSON body. */
export const postJson = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

// biome-ignore lint/suspicious/noExplicitAny: variables and routes are a function's own affair
type App<Bindings extends object> = OpenAPIHono<{ Bindings: Bindings; Variables: any }, any>

/** A client that reaches a function in this process: what a binding is to its caller, without a network between. */
export const inProcess = <Bindings extends object>(fn: App<Bindings>, env: Bindings): $Fetch =>
  createFetch({
    fetch: async (input, init) => fn.request(String(input), init, env),
    Headers,
    AbortController,
  }).create({ retry: false })
