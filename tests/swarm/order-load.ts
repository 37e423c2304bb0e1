import { setTimeout as delay } from 'node:timers/promises'
import { urlOf } from '../containers/load.ts'

export type OrderLoad = {
  /** Final statuses of the orders, and how many had each. */
  ended: Map<number, number>
  /** Orders that were sent again, because their replica ended before its answer. */
  repeated: number
  /** Ends the clients after their current order. */
  stop: () => Promise<void>
}

const isFinal = (status: number) => status < 500

/** Sends one order until it is answered, with one idempotency key for all attempts. */
async function place(body: object): Promise<{ status: number; attempts: number }> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  for (let attempts = 1; ; attempts += 1) {
    const status = await fetch(`${urlOf('order')}/create_order`, init).then(
      async (answer) => {
        await answer.arrayBuffer()
        return answer.status
      },
      () => 599,
    )
    if (isFinal(status) && status !== 409) return { status, attempts }
    if (attempts === 100) return { status, attempts }
    await delay(200)
  }
}

/** Clients that order one after another, every second time with a payment that succeeds. */
export function startOrders(clients: number): OrderLoad {
  const load: OrderLoad = { ended: new Map(), repeated: 0, stop: async () => {} }
  let stopped = false
  const client = async () => {
    for (let count = 0; !stopped; count += 1) {
      const payment = count % 2 === 0 ? 'fail' : 'succeed'
      const { status, attempts } = await place({ product_id: 2, payment })
      load.ended.set(status, (load.ended.get(status) ?? 0) + 1)
      if (attempts > 1) load.repeated += 1
    }
  }
  const running = Array.from({ length: clients }, client)
  load.stop = async () => {
    stopped = true
    await Promise.all(running)
  }
  return load
}
