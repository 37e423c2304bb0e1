import type { IncomingMessage } from 'node:http'

// What a client sends at once with its headers. A larger body may arrive in many parts.
const mostBytes = 4096

type Early = IncomingMessage & { rawBody?: Buffer }
type Arriving = { incoming: Early; begin: () => void }

const lengthOf = ({ headers }: IncomingMessage) => Number(headers['content-length'] ?? 0)

const mayBeEarly = (incoming: IncomingMessage): boolean => {
  const length = lengthOf(incoming)
  return length > 0 && length <= mostBytes
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
