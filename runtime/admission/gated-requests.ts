import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import type { UnavailableCode } from '../../model/unavailable.ts'
import type { LoopGate, Work } from './loop-gate.ts'

/** A request that the gate has refused. */
export type RefusedRequest = { method: string; path: string; arrivedMs: number }

export type Gating = {
  gate: LoopGate
  onRefused: (request: RefusedRequest) => void
  /** The headers by which a page of this origin may read a refusal. */
  corsOf: (origin?: string) => Record<string, string>
}

// Paths that show or end an overload must answer during it.
const open = /^\/(health|ready|metrics|faults|openapi\.json|docs(\/.*)?)$/

const body = JSON.stringify({
  detail: 'The event loop is busy, try again later',
  code: 'event_loop_busy' satisfies UnavailableCode,
})
const headers = {
  'Content-Type': 'application/json',
  'Content-Length': String(Buffer.byteLength(body)),
  'Retry-After': '1',
}
const headerLines = Object.entries(headers).flat()

const pathOf = (url: string, from = 0): string => {
  const query = url.indexOf('?', from)
  return query < 0 ? url.slice(from) : url.slice(from, query)
}

/** A connection, and when its last request began or was refused, which is not after its answer. */
type Connection = Socket & { answeredMs?: number }

/**
 * Puts the gate before a node:http listener, which takes a request's arrival as a third argument. A
 * refusal is cheap: it involves neither Hono nor a date.
 */
export function gateListener(
  { gate, onRefused, corsOf }: Gating,
  listener: (...request: [...Parameters<RequestListener>, arrivedMs: number]) => void,
): RequestListener {
  return (incoming, outgoing) => {
    const path = pathOf(incoming.url ?? '/')
    if (open.test(path)) return listener(incoming, outgoing, gate.arrival())
    const connection: Connection = incoming.socket
    const work: Work = {
      begin(arrivedMs) {
        listener(incoming, outgoing, arrivedMs)
        connection.answeredMs = performance.now()
      },
      refuse(arrivedMs) {
        outgoing.sendDate = false
        const cors = Object.entries(corsOf(incoming.headers.origin)).flat()
        outgoing.writeHead(503, [...headerLines, ...cors]).end(body)
        connection.answeredMs = performance.now()
        gate.spare(connection)
        onRefused({ method: incoming.method ?? '', path, arrivedMs })
      },
    }
    gate.enter(work, connection.answeredMs)
  }
}

type Given = {
  headers?: Readonly<Record<string, string | string[] | undefined>>
  arrivedMs?: number
}

type Fetch = (request: Request, given: Given) => Response | Promise<Response>

/** Puts the gate before a fetch handler, whose second argument it completes with the arrival. */
export function gateFetch({ gate, onRefused, corsOf }: Gating, fetch: Fetch) {
  return (request: Request, given: Given = {}): Response | Promise<Response> => {
    const { url, method } = request
    const path = pathOf(url, url.indexOf('/', 'https://'.length))
    if (open.test(path)) return fetch(request, { ...given, arrivedMs: gate.arrival() })
    let answer: Response | Promise<Response> | undefined
    let settle = (settled: Response | Promise<Response>) => {
      answer = settled
    }
    gate.enter({
      begin: (arrivedMs) => settle(fetch(request, { ...given, arrivedMs })),
      refuse(arrivedMs) {
        const cors = corsOf(given.headers?.origin as string | undefined)
        settle(new Response(body, { status: 503, headers: { ...headers, ...cors } }))
        onRefused({ method, path, arrivedMs })
      },
    })
    return (
      answer ??
      new Promise((resolve) => {
        settle = resolve
      })
    )
  }
}
