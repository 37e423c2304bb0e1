import { countRows } from './count-rows.ts'
import type { Db, Order, OrderStatus, Page } from './schema.ts'

/** Inserts an order as `pending`. */
export const insertOrder = (db: Db, order: { product_id: number; quantity: number }): Promise<Order> =>
  db
    .insertInto('orders')
    .values({ ...order, status: 'pending' })
    .returningAll()
    .executeTakeFirstOrThrow()

/** Moves an order to the end of its saga. */
export async function settleOrder(db: Db, id: number, status: Exclude<OrderStatus, 'pending'>): Promise<void> {
  await db.updateTable('orders').set({ status }).where('id', '=', id).execute()
}

/** One page of orders, ordered by id; with `status` only those. */
export const listOrders = (
  db: Db,
  { limit, after, status }: Page & { status?: OrderStatus | undefined },
): Promise<Order[]> =>
  db
    .selectFrom('orders')
    .selectAll()
    .where('id', '>', after)
    .$if(status !== undefined, (query) => query.where('status', '=', status as OrderStatus))
    .orderBy('id')
    .limit(limit)
    .execute()

/** The number of all orders; with `status` of only those. */
export async function countOrders(db: Db, status?: OrderStatus): Promise<number> {
  if (status === undefined) return countRows(db, 'orders')
  const { count } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('status', '=', status)
    .executeTakeFirstOrThrow()
  return Number(count)
}
