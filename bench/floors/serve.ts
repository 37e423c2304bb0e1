/**
 * An HTTP server written by hand on node:http: JSON in, a schema, a handler, JSON out. It counts and logs
 * each request.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { z } from 'zod'
import { type FunctionName, services } from '../../model/services.ts'
import { keepAliveSeconds } from '../../runtime/http/arrival.ts'
import { printMetrics, routeMetrics } from './metrics.ts'

/** The part of a log line that a request collects. Its calls carry the id on. */
export type Entry = { request_id: string; hops_ms: Record<string, number> }

/** An entry of the id that a caller gave its request, or of a new one. */
export const newEntry = (id: string | undefined): Entry => ({
  request_id: id ?? randomUUID(),
  hops_ms: {},
})

type Answered = { method: string; path: string; handler: string; status: number; ms: number }

/** The log that the contract demands: a line of JSON for each request, with id and hops. */
function openRequestLog(name: FunctionName, file: string) {
  const { name: service, logLevel = 'info' } = services[name]
  const options = { base: { service }, timestamp: pino.stdTimeFunctions.isoTime }
  const logger = pino(options, pino.destination({ dest: file, sync: true }))
  // Clicks have no line, and so need no id.
  const unwritten = { request_id: '', hops_ms: {} }
  const isWritten = logger.isLevelEnabled(logLevel)
  return {
    begin: (id: string | undefined): Entry => (isWritten ? newEntry(id) : unwritten),
    end(entry: Entry, answered: Answered): void {
      if (isWritten) logger[logLevel]({ ...entry, ...answered }, 'request served')
    },
  }
}

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
const keepAliveTimeout = keepAliveSeconds * 1000

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

function answerTo({ schema, answer }: Route, body: Buffer | undefined, entry: Entry) {
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

function listenerOf(route: Route, log: ReturnType<typeof openRequestLog>) {
  const { path } = route
  const metrics = routeMetrics('POST', path)
  return (request: IncomingMessage, response: ServerResponse): void => {
    const start = performance.now()
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
      const result = answerTo(route, body, entry)
      if (result instanceof Promise) result.then(finish, fail)
      else finish(result)
    })
  }
}

/** Serves the routes of a function and `/metrics`; tells the parent process the port. */
export function serve(name: FunctionName, routes: readonly Route[], logFile: string): void {
  const log = openRequestLog(name, logFile)
  const table = new Map(routes.map((route) => [`POST ${route.path}`, listenerOf(route, log)]))
  const server = createServer({ keepAliveTimeout }, (request, response) => {
    const listener = table.get(`${request.method} ${request.url}`)
    if (listener) return listener(request, response)
    if (request.url === '/metrics') return void printMetrics().then((text) => response.end(text))
    return send(response, refuse(404, 'Not Found'))
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  )
  process.on('disconnect', () => process.exit())
}
