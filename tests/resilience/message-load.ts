/** Registrations and orders, one after the other, whatever becomes of those before. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FunctionName } from '../../model/services.ts'
import type { Seen } from './clients.ts'

const perSecond = 30

export type MessageLoad = {
  /** The responses of 202. */
  accepted: Seen[]
  /** The number of requests without one. */
  refused: () => number
  stop: () => Promise<void>
}

type Sent = { name: 'user' | 'order'; path: string; body: object }

function requestOf(count: number): Sent {
  if (count % 2 === 0) {
    const email = `${crypto.randomUUID()}@example.com`
    return { name: 'user', path: '/register', body: { email } }
  }
  const payment = count % 4 === 1 ? 'succeed' : 'fail'
  const body = { product_id: 1 + (count % 3), quantity: 1, payment }
  return { name: 'order', path: '/create_order', body }
}

/** Sends until it is stopped. */
export function startMessageLoad(urls: Record<FunctionName, string>): MessageLoad {
  const accepted: Seen[] = []
  const sending: Promise<void>[] = []
  let refused = 0
  let isOver = false

  async function send({ name, path, body: sent }: Sent): Promise<void> {
    const id = `${name}-${crypto.randomUUID()}`
    const headers = { 'content-type': 'application/json', 'x-request-id': id }
    const start = performance.now()
    const init = { method: 'POST', headers, body: JSON.stringify(sent) }
    const answer = await fetch(urls[name] + path, init).catch(() => undefined)
    const body = (await answer?.json().catch(() => undefined)) as Seen['body'] | undefined
    const milliseconds = performance.now() - start
    if (answer?.status !== 202 || !body) refused++
    else accepted.push({ name, status: 202, body, id, milliseconds })
  }

  async function run(): Promise<void> {
    while (!isOver) {
      sending.push(send(requestOf(sending.length)))
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
