/** An HTTP server written by hand on node:http: JSON in, a schema, a handler, JSON out. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { z } from 'zod'
import { printMetrics, routeMetrics } from './metrics.ts'
import type { Entry, RequestLog } from './request-log.ts'

export type Answer = { status: number; body: unknown }

type Handler<S extends z.ZodType> = (body: z.output<S>, entry: Entry) => Answer | Promise<Answer>

/** A POST with a JSON body. */
export type Route = { path: string; schema: z.ZodType; answer: Handler<z.ZodType> }

type Contract<S extends z.ZodType> = {
  path: string
  request: { body: { content: { 'application/json': { schema: S } } } }
}

/** A route with the path and the schema of a contract. */
export const route = <S extends z.ZodType>(
  { path, request }: Contract<S>,
  answer: Handler<S>,
): Route => ({
  path,
  schema: request.body.content['application/json'].schema,
  answer: answer as Handler<z.ZodType>,
})

const maxBodyBytes = 1 << 20

type Bound = { route: Route; metrics: ReturnType<typeof routeMetrics>; log: RequestLog }

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': length })
  response.end(text)
}

function receive(request: IncomingMessage, onBody: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk)
  })
  request.on('end', () => {
    const [only] = chunks
    if (bytes > maxBodyBytes) return onBody(undefined)
    onBody(chunks.length === 1 ? only : Buffer.concat(chunks))
  })
}

const refuse = (status: number, detail: unknown): Answer => ({ status, body: { detail } })

function answer({ route: { schema, answer } }: Bound, body: Buffer | undefined, entry: Entry) {
  if (!body) return refuse(413, 'The body is too large')
  let json: unknown
  try {
    json = JSON.parse(body.toString())
  } catch {
    return refuse(422, 'The body is no JSON')
  }
  const parsed = schema.safeParse(json)
  return parsed.success ? answer(parsed.data, entry) : refuse(422, parsed.error.issues)
}

function handle(bound: Bound, request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now()
  const { metrics, log } = bound
  const { path } = bound.route
  const entry = log.begin(request.headers['x-request-id']?.toString())
  metrics.begin()
  const finish = (result: Answer) => {
    send(response, result)
    const ms = performance.now() - start
    const { status } = result
    log.end(entry, { method: 'POST', path, handler: path, status, ms })
    metrics.end(status, ms / 1000)
  }
  const fail = (error: unknown) => {
    console.error(error)
    finish(refuse(500, 'Internal Server Error'))
  }
  receive(request, (body) => {
    const result = answer(bound, body, entry)
    if (result instanceof Promise) result.then(finish, fail)
    else finish(result)
  })
}

/** Serves the routes and `/metrics`; tells the parent process the port. */
export function serve(routes: readonly Route[], log: RequestLog): void {
  const table = new Map<string, Bound>()
  for (const route of routes)
    table.set(`POST ${route.path}`, { route, metrics: routeMetrics('POST', route.path), log })
  const server = createServer((request, response) => {
    const bound = table.get(`${request.method} ${request.url}`)
    if (bound) return handle(bound, request, response)
    if (request.url === '/metrics') return void printMetrics().then((text) => response.end(text))
    return send(response, refuse(404, 'Not Found'))
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
  process.on('disconnect', () => process.exit())
}
