/** One call on the wire: over undici under Node, by the runtime's own fetch under Bun. */
import type { Dispatcher } from 'undici'

/** A call that is ready to be sent. */
export type Outgoing = {
  url: string
  method: string
  /** By lower-case name. */
  headers: Record<string, string>
  body: string | undefined
  /** How long it may take, in milliseconds. */
  limitMs: number
  /** Aborts if the caller no longer needs the answer. */
  caller: AbortSignal | undefined
}

/** An answer that has arrived whole. */
export type Answer = { status: number; header: (name: string) => string | undefined; text: string }

/**
 * Sends a call and reads its answer, which spares fetch's streams and their garbage.
 * @throws DOMException `TimeoutError` after `limitMs`, the caller's own reason if it leaves, or
 *   what broke the connection
 */
export type Send = (call: Outgoing) => Promise<Answer>

/**
 * Calls `abort` once, with the reason, when the time of a call is over or its caller leaves. Not
 * with `AbortSignal.timeout`: its timer retains the call's objects until it fires.
 * @returns a function that ends the watch
 */
function watch({ limitMs, caller }: Outgoing, abort: (reason: Error) => void): () => void {
  const end = () => {
    clearTimeout(timer)
    caller?.removeEventListener('abort', leave)
  }
  const over = (reason: Error) => {
    end()
    abort(reason)
  }
  const timer = setTimeout(
    () => over(new DOMException('The call took too long', 'TimeoutError')),
    limitMs,
  )
  const leave = () => over(caller?.reason)
  caller?.addEventListener('abort', leave)
  if (caller?.aborted) leave()
  return end
}

/**
 * Calls that wait for their turn. A pool has a queue of its own, which a call cannot leave: it would
 * keep those whose time is over until a connection opens or fails.
 */
function createTurns(places: number) {
  let free = places
  const waiting = new Set<() => void>()
  return {
    /** Begins now, or when another call has ended. */
    take(begin: () => void): void {
      if (free > 0) {
        free -= 1
        begin()
      } else waiting.add(begin)
    },
    leave: (begin: () => void) => void waiting.delete(begin),
    /** Gives the place of a call that had begun to the next. */
    end(): void {
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else free += 1
    },
  }
}

/**
 * Sends at most `connections` calls at once by a dispatcher's `dispatch`: `request`, which is built
 * on it, makes a stream of each answer, and takes an `AbortSignal` for each limit. With it, an order
 * takes 15 % more CPU time.
 */
export function sendOver(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  origin: string,
  connections: number,
): Send {
  const turns = createTurns(connections)
  return (call) => {
    const { url, method, headers, body = null } = call
    const path = url.slice(origin.length) || '/'
    const options = { origin, path, method: method as Dispatcher.HttpMethod, headers, body }
    const begin = () => void dispatcher.dispatch(options, exchange)
    const exchange = new Exchange(call, { onOver: () => turns.leave(begin), onEnd: turns.end })
    if (!exchange.isOver) turns.take(begin)
    return exchange.answer
  }
}

type ReceivedHeaders = Record<string, string | string[] | undefined>

type Ends = {
  /** Called when the time of the call is over, or its caller has left. */
  onOver: () => void
  /** Called when the connection is free. */
  onEnd: () => void
}

/** One call on the wire. A call that is over before it has a connection is not sent. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #outcome = Promise.withResolvers<Answer>()
  readonly #endWatch: () => void
  readonly #onEnd: () => void
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | undefined
  #over: { reason: Error } | undefined
  #status = 0
  #headers: ReceivedHeaders = {}

  constructor(call: Outgoing, { onOver, onEnd }: Ends) {
    this.#onEnd = onEnd
    this.#endWatch = watch(call, (reason) => {
      this.#over = { reason }
      onOver()
      this.#controller?.abort(reason)
      this.#outcome.reject(reason)
    })
  }

  get answer(): Promise<Answer> {
    return this.#outcome.promise
  }

  get isOver(): boolean {
    return this.#over !== undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#over) controller.abort(this.#over.reason)
  }

  onResponseStart(_: unknown, status: number, headers: ReceivedHeaders): void {
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#endWatch()
    this.#outcome.resolve({
      status: this.#status,
      header: (name) => this.#headers[name]?.toString(),
      text: Buffer.concat(this.#chunks).toString(),
    })
    this.#onEnd()
  }

  onResponseError(_: unknown, error: Error): void {
    this.#endWatch()
    this.#outcome.reject(error)
    this.#onEnd()
  }
}

/** Sends with the runtime's own fetch. */
export const sendWithFetch: Send = async (call) => {
  const { url, method, headers, body = null } = call
  const limit = new AbortController()
  const end = watch(call, (reason) => limit.abort(reason))
  try {
    const response = await fetch(url, { method, headers, body, signal: limit.signal, ...onBun })
    const header = (name: string) => response.headers.get(name) ?? undefined
    return { status: response.status, header, text: await response.text() }
  } finally {
    end()
  }
}

// As calls are over undici's pool: Bun would take the proxy of the environment, and end every call
// that is silent for five minutes.
const onBun = { proxy: false, timeout: false }
