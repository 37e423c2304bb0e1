/** Requests of all scenarios, one after the other, whatever becomes of those before. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionName } from '../../model/services.ts'
import { type ScenarioRequest, scenarioRequests } from '../scenario-requests.ts'
import type { Seen } from './clients.ts'

const perSecond = 30

export type MessageLoad = {
  /** The responses of 2xx. */
  accepted: Seen[]
  /** The number of requests without one. */
  refused: () => number
  stop: () => Promise<void>
}

/** Sends until it is stopped what the services of these addresses accept. */
export function startMessageLoad(urls: Partial<Record<FunctionName, string>>): MessageLoad {
  const requests = scenarioRequests.filter(({ name }) => urls[name] !== undefined)
  const accepted: Seen[] = []
  const sending: Promise<void>[] = []
  let refused = 0
  let isOver = false

  async function send({ name, method, make }: ScenarioRequest): Promise<void> {
    const id = `${name}-${crypto.randomUUID()}`
    const { path, body: sent } = make()
    const headers = { 'content-type': 'application/json', 'x-request-id': id }
    const start = performance.now()
    const init = { method, headers, body: JSON.stringify(sent) }
    const answer = await fetch(urls[name] + path, init).catch(() => undefined)
    const body = (await answer?.json().catch(() => undefined)) as Seen['body'] | undefined
    const milliseconds = performance.now() - start
    if (!answer?.ok || !body) refused++
    else accepted.push({ name, status: answer.status, body, id, milliseconds })
  }

  async function run(): Promise<void> {
    while (!isOver) {
      sending.push(send(requests[sending.length % requests.length] as ScenarioRequest))
      await delay(1000 / perSecond)
    }
  }
  const running = run()
  return {
    accepted,
    refused: () => refused,
    async stop() {
      isOver = true
      await running
      await Promise.all(sending)
    },
  }
}
