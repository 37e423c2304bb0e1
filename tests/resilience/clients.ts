/** Clients of the six scenarios: each sends one request after another until it is stopped. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionName } from '../../model/services.ts'
import { type ScenarioRequest, scenarioRequests } from '../scenario-requests.ts'

/** One response. */
export type Seen = {
  name: FunctionName
  status: number
  body: Record<string, unknown>
  /** The id of its request. */
  id: string
  milliseconds: number
}

const designed: Record<string, number[]> = {
  user: [201],
  payment: [200],
  product: [200],
  report: [200],
  order: [200, 400],
  analytics: [200],
}

/** Whether a response has a status that its scenario is designed for. */
export const isDesigned = ({ name, status }: Pick<Seen, 'name' | 'status'>): boolean =>
  designed[name]?.includes(status) ?? false

export type Clients = {
  seen: Seen[]
  /** Ids of requests whose connection ended before their response. */
  lost: string[]
  /** Number of refused connections, each of which was retried. */
  refused: () => number
  stop: () => Promise<void>
}

const codeOf = (error: unknown) =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? String(error)

export type ClientOptions = {
  urls: Record<FunctionName, string>
  /** Number of clients per scenario. */
  each?: number
  pauseMs?: number
  /** Whether to keep responses; a long run keeps none. */
  keep?: boolean
}

/**
 * Starts the clients. Each opens a new connection for each request, so that none is sent on one
 * that its server is closing, and retries if the connection is refused.
 */
export function startClients({ urls, each = 3, pauseMs = 0, keep = true }: ClientOptions): Clients {
  const seen: Seen[] = []
  const lost: string[] = []
  let refused = 0
  let stopped = false

  async function send({ name, method, make }: ScenarioRequest): Promise<void> {
    do {
      const id = `${name}-${crypto.randomUUID()}`
      const headers = {
        'content-type': 'application/json',
        connection: 'close',
        'x-request-id': id,
      }
      try {
        const { path, body } = make()
        const start = performance.now()
        const answer = await fetch(urls[name] + path, {
          method,
          headers,
          body: JSON.stringify(body),
        })
        const parsed = (await answer.json()) as Record<string, unknown>
        const milliseconds = performance.now() - start
        if (keep) seen.push({ name, status: answer.status, body: parsed, id, milliseconds })
        return
      } catch (error) {
        // Closing a listening socket resets connections that are still in its backlog: to the
        // client, that is a refusal. The service's log shows whether it was one.
        if (codeOf(error) === 'ECONNREFUSED') refused++
        else lost.push(id)
        await delay(20)
      }
    } while (!stopped)
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
