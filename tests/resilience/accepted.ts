/** Whether the work of accepted requests has been done, once: what the inbox says of each. */
import type { Db } from '../../db/schema.ts'
import { type QueueName, queuesOf } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Seen } from './clients.ts'

/** The queues through which the work of a request goes. */
const paths: { [N in FunctionName]?: readonly QueueName[] } = {
  user: queuesOf('UserRegistered'),
  payment: [...queuesOf('PaymentInitiated'), ...queuesOf('PaymentCompleted')],
  product: queuesOf('ProductUpdated'),
  report: queuesOf('GenerateReportJob'),
  analytics: queuesOf('ClickTracked'),
}

const reserved = [...queuesOf('OrderCreated'), ...queuesOf('StockReserved')]
/** Those of an order, by its outcome. */
const orderPaths: Record<string, readonly QueueName[]> = {
  completed: [...reserved, ...queuesOf('OrderPaid')],
  failed: [...reserved, ...queuesOf('PaymentFailed'), ...queuesOf('StockReleased')],
}

/** The queues in which the messages of each request have been handled. */
async function handledByRequest(db: Db): Promise<Map<string, string[]>> {
  const rows = await db.selectFrom('inbox').select(['correlation_id', 'consumer']).execute()
  return rows.reduce((byRequest, { correlation_id: id, consumer }) => {
    const consumers = byRequest.get(id) ?? []
    consumers.push(consumer)
    return byRequest.set(id, consumers)
  }, new Map<string, string[]>())
}

async function statusOfOrders(db: Db): Promise<Map<number, string>> {
  const rows = await db.selectFrom('orders').select(['id', 'status']).execute()
  return new Map(rows.map(({ id, status }) => [id, status]))
}

const sorted = (queues: readonly string[]) => queues.toSorted().join(' ')

/** Accepted requests whose work is not done, or done twice: what was handled of each. */
export async function findUndone(db: Db, seen: readonly Seen[]): Promise<string[]> {
  const [handled, orders] = [await handledByRequest(db), await statusOfOrders(db)]
  const pathOf = ({ name, body }: Seen) =>
    name === 'order' ? orderPaths[orders.get(Number(body.id)) ?? ''] : paths[name]
  return seen.flatMap((one) => {
    const done = sorted(handled.get(one.id) ?? [])
    return done === sorted(pathOf(one) ?? ['its end']) ? [] : [`${one.id}: ${done || 'nothing'}`]
  })
}
