/** Clients of the six scenarios, one request after the other each, until they are stopped. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionName } from '../../model/services.ts'
import { type ScenarioRequest, scenarioRequests } from '../scenario-requests.ts'

/** One answer: from whom, its status, and its body. */
export type Seen = { name: FunctionName; status: number; body: Record<string, unknown> }

export type Clients = {
  seen: Seen[]
  /** Ids of the requests whose connection ended before their answer. */
  lost: string[]
  /** Times that a connection was refused, and tried again. */
  refused: () => number
  stop: () => Promise<void>
}

const codeOf = (error: unknown) =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? String(error)

export type ClientOptions = {
  urls: Record<FunctionName, string>
  /** Clients of each scenario. */
  each?: number
  pauseMs?: number
  /** Whether answers are kept; a long run keeps none. */
  keep?: boolean
}

/**
 * Starts the clients. Each takes a new connection for each request, so that none is lost on one that its server was about to
 * close, and tries again where it is refused.
 */
export function startClients({ urls, each = 3, pauseMs = 0, keep = true }: ClientOptions): Clients {
  const seen: Seen[] = []
  const lost: string[] = []
  let refused = 0
  let stopped = false

  async function send({ name, method, make }: ScenarioRequest): Promise<void> {
    for (;;) {
      const id = `${name}-${crypto.randomUUID()}`
      const headers = {
        'content-type': 'application/json',
        connection: 'close',
        'x-request-id': id,
      }
      try {
        const { path, body } = make()
        const answer = await fetch(urls[name] + path, {
          method,
          headers,
          body: JSON.stringify(body),
        })
        const parsed = (await answer.json()) as Record<string, unknown>
        if (keep) seen.push({ name, status: answer.status, body: parsed })
        return
      } catch (error) {
        // A socket that closes resets what the kernel had taken and nobody had accepted yet: to its client, that is a refusal.
        // Whether it was one, the service's log knows.
        if (codeOf(error) === 'ECONNREFUSED') refused++
        else lost.push(id)
        await delay(20)
      }
    }
  }
  async function client(request: ScenarioRequest): Promise<void> {
    while (!stopped) {
      await send(request)
      await delay(pauseMs)
    }
  }
  const clients = Array.from({ length: each }, () => scenarioRequests.map(client)).flat()
  return {
    seen,
    lost,
    refused: () => refused,
    async stop() {
      stopped = true
      await Promise.all(clients)
    },
  }
}
