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
  const timer = setTimeout(
    () => abort(new DOMException('The call took too long', 'TimeoutError')),
    limitMs,
  )
  const leave = () => abort(caller?.reason)
  caller?.addEventListener('abort', leave)
  if (caller?.aborted) leave()
  return () => {
    clearTimeout(timer)
    caller?.removeEventListener('abort', leave)
  }
}

/**
 * Sends by a dispatcher's `dispatch`: `request`, which is built on it, makes a stream of each answer,
 * and takes an `AbortSignal` for each limit. With it, an order takes 15 % more CPU time.
 */
export const sendOver =
  (dispatcher: Pick<Dispatcher, 'dispatch'>, origin: string): Send =>
  (call) => {
    const { url, method, headers, body = null } = call
    const exchange = new Exchange(call)
    const path = url.slice(origin.length) || '/'
    dispatcher.dispatch(
      { origin, path, method: method as Dispatcher.HttpMethod, headers, body },
      exchange,
    )
    return exchange.answer
  }

type ReceivedHeaders = Record<string, string | string[] | undefined>

/** One call on the wire. A call that is over before it has a connection is not sent. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #outcome = Promise.withResolvers<Answer>()
  readonly #endWatch: () => void
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | undefined
  #over: { reason: Error } | undefined
  #status = 0
  #headers: ReceivedHeaders = {}

  constructor(call: Outgoing) {
    this.#endWatch = watch(call, (reason) => {
      this.#over = { reason }
      this.#controller?.abort(reason)
      this.#outcome.reject(reason)
    })
  }

  get answer(): Promise<Answer> {
    return this.#outcome.promise
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
  }

  onResponseError(_: unknown, error: Error): void {
    this.#endWatch()
    this.#outcome.reject(error)
  }
}

/** Sends with the runtime's own fetch. */
export const sendWithFetch: Send = async (call) => {
  const { url, method, headers, body = null } = call
  const limit = new AbortController()
  const end = watch(call, (reason) => limit.abort(reason))
  try {
    const response = await fetch(url, { method, headers, body, signal: limit.signal, ...direct })
    const header = (name: string) => response.headers.get(name) ?? undefined
    return { status: response.status, header, text: await response.text() }
  } finally {
    end()
  }
}

// As calls are over undici's pool: Bun would take the proxy of the environment otherwise.
const direct = { proxy: false }
