/**
 * The progress of each order's saga. A step is stored before it runs, and only the holder of the
 * lease may store it.
 */
import { type RawBuilder, sql } from 'kysely'
import { type Places, prepare } from '../connection/prepare.ts'
import type { Db, Order, OrderStatus, SagaFailure, SagaStep } from '../schema.ts'
import { heldClaim, noteSubject, type Operation } from './idempotency.ts'
import { expiryOf, type Lease, LeaseLostError } from './leases.ts'

/** An order and the lease on its saga. */
export type Saga = { order_id: number; lease: Lease }

export type NewOrder = {
  product_id: number
  quantity: number
  /** The operation that places the order, if its client sent an Idempotency-Key. */
  operation?: Operation | undefined
}

/**
 * Places an order as `pending` and begins its saga, in one statement.
 * @throws LeaseLostError if the operation was taken over
 */
export async function beginSaga(
  db: Db,
  { lease, ...order }: NewOrder & { lease: Lease },
): Promise<Saga> {
  const { holder, token } = lease
  const held = sql`${holder}::integer, ${token}::uuid, ${expiryOf(lease)}`
  return { order_id: await placeOrder(db, order, held), lease }
}

/**
 * The same, with a lease as the expressions of its holder, token and expiry.
 * @returns the id of the order
 */
export async function placeOrder(
  db: Db,
  { product_id, quantity, operation }: NewOrder,
  lease: RawBuilder<unknown>,
): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    with mine as (${operation ? heldClaim(operation) : sql`select`}), made as (
      insert into orders (product_id, quantity, status)
      select ${product_id}::integer, ${quantity}::integer, 'pending' from mine returning id
    ), begun as (
      insert into order_sagas (order_id, step, lease_holder, lease_token, lease_expires_at)
      select id, 'reserving', ${lease} from made
    ) ${operation ? sql`, noted as (${noteSubject(operation)})` : sql``}
    select id from made
  `.execute(db)
  if (!rows[0]) throw new LeaseLostError()
  return rows[0].id
}

type Step = { order_id: number; token: string; step: SagaStep; failure: SagaFailure | null }

// A failure that is known stays.
const knownFailure = (failure: RawBuilder<SagaFailure | null>) =>
  sql<SagaFailure | null>`coalesce(${failure}, failure)`

const storeStep = prepare((db, { order_id, token, step, failure }: Places<Step>) =>
  db
    .updateTable('order_sagas')
    .set({ step, updated_at: sql<Date>`now()`, failure: knownFailure(failure) })
    .where('order_id', '=', order_id)
    .where('lease_token', '=', token)
    .where('step', '<>', 'ended'),
)

/** Stores the next step, and why the saga fails if it does; false if the lease is lost. */
export async function takeStep(
  db: Db,
  { order_id, lease: { token } }: Saga,
  step: SagaStep,
  failure: SagaFailure | null = null,
): Promise<boolean> {
  const { numAffectedRows } = await storeStep(db, { order_id, token, step, failure })
  return numAffectedRows === 1n
}

// `for share`: a release waits until the order has completed, and then finds that the order needs
// its stock.
export const holdsStock = (order_id: RawBuilder<number>) => sql<boolean>`exists (
  select from reservations where order_id = ${order_id} and compensated_at is null
    and product_id = (select product_id from orders where id = ${order_id}) for share
)`

type End = Omit<Step, 'step'>

const storeEnd = (status: Exclude<OrderStatus, 'pending'>) =>
  prepare((db, { order_id, token, failure }: Places<End>) =>
    db
      .with('ended', (query) =>
        query
          .updateTable('order_sagas')
          .set({ step: 'ended', updated_at: sql<Date>`now()`, failure: knownFailure(failure) })
          .where('order_id', '=', order_id)
          .where('lease_token', '=', token)
          .where('step', '<>', 'ended')
          .$if(status === 'completed', (update) => update.where(holdsStock(order_id)))
          .returning('order_id'),
      )
      .updateTable('orders')
      .from('ended')
      .set({ status })
      .whereRef('orders.id', '=', 'ended.order_id'),
  )

const ends = { completed: storeEnd('completed'), failed: storeEnd('failed') }

/**
 * Ends a saga and its order, in one statement; false if the lease is lost, or if the order would
 * complete without its stock because that was released.
 */
export async function endSaga(
  db: Db,
  { order_id, lease: { token } }: Saga,
  status: keyof typeof ends,
  failure: SagaFailure | null = null,
): Promise<boolean> {
  const { numAffectedRows } = await ends[status](db, { order_id, token, failure })
  return numAffectedRows === 1n
}

/**
 * Fails an order whose reservation was refused. An empty entry prevents a later reservation: the
 * same unique key makes a request that is still on its way conflict. False if the order has an
 * entry after all, or if the lease is lost.
 */
export async function endUnreserved(db: Db, { order_id, lease }: Saga): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with closed as (
      insert into reservations (order_id, product_id, quantity, compensated_at)
      select order_id, product_id, 0, now()
      from order_sagas as saga join orders on orders.id = saga.order_id
      where order_id = ${order_id} and lease_token = ${lease.token} and step <> 'ended'
      on conflict (order_id, product_id) do nothing returning order_id
    ), ended as (
      update order_sagas as saga set step = 'ended', failure = 'not_reserved', updated_at = now()
      from closed where saga.order_id = closed.order_id
        and saga.lease_token = ${lease.token} and saga.step <> 'ended'
      returning saga.order_id
    )
    update orders set status = 'failed' from ended where orders.id = ended.order_id
  `.execute(db)
  return numAffectedRows === 1n
}

/** An order, and why it failed if that is known. */
export const findOutcome = (
  db: Db,
  order_id: number,
): Promise<(Order & { failure: SagaFailure | null }) | undefined> =>
  db
    .selectFrom('orders')
    .leftJoin('order_sagas as saga', 'saga.order_id', 'orders.id')
    .select(['orders.id', 'product_id', 'quantity', 'status', 'saga.failure'])
    .where('orders.id', '=', order_id)
    .executeTakeFirst()
