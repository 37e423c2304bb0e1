/**
 * Three detours around costs of node:http. Each stays because a click without it takes at least 5 %
 * more CPU time, measured in alternating rounds: further headers 14 %, early bodies 6 %, the kept
 * tick 6 %.
 */
import { executionAsyncResource } from 'node:async_hooks'
import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * A response of node:http that keeps further headers until it begins, when all of them are written
 * together. `setHeader` would keep each in a slow object, and make `writeHead` put its own there as
 * well: that took a twelfth of a click.
 */
export class Outgoing<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
  /** Headers by lower-case name, beside those that the response begins with. */
  further: OutgoingHttpHeaders | undefined

  /** The headers given here replace further ones of the same lower-case name. */
  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    if (typeof reason === 'string') this.statusMessage = reason
    const own = typeof reason === 'string' ? headers : reason
    if (!this.further || Array.isArray(own)) return super.writeHead(status, own)
    return super.writeHead(status, { ...this.further, ...own })
  }
}

// Bodies up to this size usually arrive together with their headers.
const earlyBytes = 4096

type Early = IncomingMessage & { rawBody?: Buffer }
type Arriving = { incoming: Early; begin: () => void }

const lengthOf = ({ headers }: IncomingMessage) => Number(headers['content-length'] ?? 0)

const mayBeEarly = (incoming: IncomingMessage): boolean => {
  const length = lengthOf(incoming)
  return length > 0 && length <= earlyBytes
}

/** Leaves a body that is there as `rawBody`, where @hono/node-server looks for it. */
function readWhole(incoming: Early): void {
  if (!incoming.complete || incoming.readableLength !== lengthOf(incoming)) return
  const body = incoming.read() as Buffer | null
  if (body) incoming.rawBody = body
}

/**
 * Begins requests with the bodies that came with their headers. node:http hands such a body over
 * after the request, in the same turn of the event loop; read then, it costs neither listeners nor
 * promises, and the request is answered without a wait.
 */
export function createEarlyBodies() {
  let arriving: Arriving[] = []

  function beginAll(requests: Arriving[]): void {
    for (const { begin } of requests) begin()
  }

  /** Runs when the sockets of this turn have been read. */
  function readAll(): void {
    const requests = arriving
    arriving = []
    for (const { incoming } of requests) readWhole(incoming)
    // Streams that were read to their end say so first.
    process.nextTick(beginAll, requests)
  }

  /** Begins a request: at once, or in this turn when its body may have come. */
  return (incoming: IncomingMessage, begin: () => void): void => {
    if (mayBeEarly(incoming)) {
      if (arriving.length === 0) setImmediate(readAll)
      arriving.push({ incoming, begin })
    } else begin()
  }
}

const kept = new Set<object>()

/**
 * Keeps one object of `process.nextTick` in memory for good, and with it the hidden class of all of
 * them. When a major collection finds none alive, V8 drops that class, and from then on the place
 * that makes them is generic: a tick takes 380 ns instead of 42, and node:http takes about five of
 * them for each request.
 */
export function keepTick(): void {
  process.nextTick(() => kept.add(executionAsyncResource()))
}
