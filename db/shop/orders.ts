import { type Db, expectedTables, type Order, type OrderStatus, type Page } from '../schema.ts'
import { countRows } from './count-rows.ts'

export const findOrder = (db: Db, id: number): Promise<Order | undefined> =>
  db.selectFrom('orders').select(expectedTables.orders).where('id', '=', id).executeTakeFirst()

export const listOrders = (
  db: Db,
  { limit, after, status }: Page & { status?: OrderStatus | undefined },
): Promise<Order[]> =>
  db
    .selectFrom('orders')
    .select(expectedTables.orders)
    .where('id', '>', after)
    .$if(status !== undefined, (query) => query.where('status', '=', status as OrderStatus))
    .orderBy('id')
    .limit(limit)
    .execute()

export async function countOrders(db: Db, status?: OrderStatus): Promise<number> {
  if (status === undefined) return countRows(db, 'orders')
  const { count } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('status', '=', status)
    .executeTakeFirstOrThrow()
  return Number(count)
}
