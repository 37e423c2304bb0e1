/** An HTTP server written by hand on node:http: JSON in, a schema, a handler, JSON out. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { z } from 'zod'
import { printMetrics, routeMetrics } from './metrics.ts'
import type { Entry, RequestLog } from './request-log.ts'

export type Answer = { status: number; body: unknown }

export type Route<S extends z.ZodType = z.ZodType> = {
  method: 'POST' | 'PUT'
  /** The path. A last segment such as `:product_id` matches anything. */
  path: string
  schema: S
  answer: (body: z.output<S>, request: Received) => Answer | Promise<Answer>
}

/** The last segment of a request's path, and the entry of its log line. */
export type Received = { last: string; entry: Entry }

/** Infers the type of the body from its schema. */
export const route = <S extends z.ZodType>(options: Route<S>): Route => options as unknown as Route

const maxBodyBytes = 1 << 20

type Bound = { route: Route; metrics: ReturnType<typeof routeMetrics>; log: RequestLog }

const headers = (text: string) => ({
  'Content-Type': 'application/json',
  'Content-Length': Buffer.byteLength(text),
})

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body)
  response.writeHead(status, headers(text)).end(text)
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

function answer({ route: { schema, answer } }: Bound, body: Buffer | undefined, to: Received) {
  if (!body) return refuse(413, 'The body is too large')
  let json: unknown
  try {
    json = JSON.parse(body.toString())
  } catch {
    return refuse(422, 'The body is no JSON')
  }
  const parsed = schema.safeParse(json)
  return parsed.success ? answer(parsed.data, to) : refuse(422, parsed.error.issues)
}

function handle(bound: Bound, request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now()
  const { url: path = '' } = request
  const { metrics, log, route } = bound
  const entry = log.begin(request.headers['x-request-id']?.toString())
  metrics.begin()
  const finish = (result: Answer) => {
    send(response, result)
    const ms = performance.now() - start
    const { status } = result
    log.end(entry, { method: route.method, path, handler: route.path, status, ms })
    metrics.end(status, ms / 1000)
  }
  const fail = (error: unknown) => {
    console.error(error)
    finish(refuse(500, 'Internal Server Error'))
  }
  receive(request, (body) => {
    const result = answer(bound, body, { last: path.slice(path.lastIndexOf('/') + 1), entry })
    if (result instanceof Promise) result.then(finish, fail)
    else finish(result)
  })
}

const withoutLast = (path: string) => path.slice(0, path.lastIndexOf('/') + 1)

/** Serves the routes, and `/health` and `/metrics`; tells the parent process the port. */
export function serve(routes: readonly Route[], log: RequestLog): void {
  const table = new Map<string, Bound>()
  for (const route of routes) {
    const key = route.path.includes(':') ? withoutLast(route.path) : route.path
    table.set(`${route.method} ${key}`, {
      route,
      metrics: routeMetrics(route.method, route.path),
      log,
    })
  }
  const server = createServer((request, response) => {
    const { method, url = '' } = request
    const bound = table.get(`${method} ${url}`) ?? table.get(`${method} ${withoutLast(url)}`)
    if (bound) return handle(bound, request, response)
    if (url === '/health') return send(response, { status: 200, body: { status: 'healthy' } })
    if (url === '/metrics') return void printMetrics().then((text) => response.end(text))
    return send(response, refuse(404, 'Not Found'))
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
  process.on('disconnect', () => process.exit())
}
