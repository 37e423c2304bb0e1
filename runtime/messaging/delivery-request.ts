/** A message as a request: CloudEvents in HTTP's binary mode. */
import type { Envelope } from '../../model/messages.ts'
import type { Arrival } from '../http/arrival.ts'
import type { Outgoing } from '../http/node/fast-path.ts'
import { remainingHeader } from '../telemetry/propagation.ts'
import type { Taken } from './broker.ts'

type Options = {
  method: string
  path: string
  body: unknown
  envelope: Envelope
  taken: Taken
  signal: AbortSignal
}

const eventHeaders = ({ data: _, traceparent, correlationid, ...attributes }: Envelope) => ({
  'ce-specversion': '1.0',
  ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])),
  'ce-correlationid': correlationid,
  'x-request-id': correlationid,
  ...(traceparent !== undefined && { traceparent }),
})

/**
 * The part of a `Request` that the host reads. A whole one with its headers takes longer than the
 * rest of a short delivery, so these are made when a function asks for them.
 */
function lightRequest(request: { url: string; method: string; signal: AbortSignal }, made: object) {
  let headers: Headers | undefined
  return {
    ...request,
    body: null,
    get headers() {
      headers ??= new Headers(made as Record<string, string>)
      return headers
    },
  } as unknown as Request
}

/** Takes the headers that a response would have, and tells whether it is still of use. */
const nowhere = (signal: AbortSignal) =>
  ({
    closed: false,
    get destroyed() {
      return signal.aborted
    },
  }) as unknown as Outgoing

/** The request of a message, and what a listener would tell of it. */
export function createDeliveryRequest(options: Options): { request: Request; arrival: Arrival } {
  const { method, path, envelope, taken, signal } = options
  const body = Buffer.from(JSON.stringify(options.body))
  const remainingMs = Math.max(1, Math.floor(taken.deadlineMs - performance.now()))
  const headers = {
    ...eventHeaders(envelope),
    'content-type': 'application/json',
    'content-length': String(body.length),
    [remainingHeader]: String(remainingMs),
  }
  const request = lightRequest({ url: `http://localhost${path}`, method, signal }, headers)
  const message = { envelope, queue: taken.queue }
  return { request, arrival: { headers, body, message, outgoing: nowhere(signal) } }
}
