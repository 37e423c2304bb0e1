import { setTimeout as delay } from 'node:timers/promises'
import { type FunctionName, firstPortOf, portOf } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { type ScenarioRequest, scenarioRequests } from '../scenario-requests.ts'
import { style } from './compose.ts'

export const urlOf = (name: FunctionName) =>
  `http://localhost:${portOf(name, firstPortOf(styles[style]))}`

export type Load = {
  /** Answered requests, by status. */
  answered: Map<number, number>
  /** Ids of requests whose connection ended before their response. */
  lost: string[]
  /** Requests whose connection was refused. */
  refused: number
  stop: () => Promise<void>
}

// Without a pause, clients take the cores of what they are to watch; one that does not wait for the
// work would ask for ever more of it.
const pauseMs = style === 'sync' ? 50 : 250

// A new connection for each request, so that none is sent on one that its server is closing.
const headers = { 'content-type': 'application/json', connection: 'close' }

/** Starts one client per scenario; each sends one request after another until it is stopped. */
export function startLoad(): Load {
  const load: Load = { answered: new Map(), lost: [], refused: 0, stop: async () => {} }
  let stopped = false
  const client = async ({ name, method, make }: ScenarioRequest) => {
    while (!stopped) {
      const id = crypto.randomUUID()
      try {
        const { path, body } = make()
        const answer = await fetch(urlOf(name) + path, {
          method,
          headers: { ...headers, 'x-request-id': id },
          body: JSON.stringify(body),
        })
        await answer.arrayBuffer()
        load.answered.set(answer.status, (load.answered.get(answer.status) ?? 0) + 1)
        if (pauseMs > 0) await delay(pauseMs)
      } catch (error) {
        const { code } = (error as Error & { cause: NodeJS.ErrnoException }).cause
        if (code === 'ECONNREFUSED') load.refused++
        else load.lost.push(id)
      }
    }
  }
  const clients = scenarioRequests.map(client)
  load.stop = async () => {
    stopped = true
    await Promise.all(clients)
  }
  return load
}
