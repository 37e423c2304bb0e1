import type { ColumnType, Generated, Kysely, Selectable } from 'kysely'

export interface UserTable {
  id: Generated<number>
  email: string
}

export interface ProductTable {
  id: Generated<number>
  name: string
  stock: Generated<number>
}

/** How far an order's saga has come: `pending` until its payment and, where that failed, its compensation are settled. */
export type OrderStatus = 'pending' | 'completed' | 'failed'

export interface OrderTable {
  id: Generated<number>
  product_id: number
  quantity: Generated<number>
  status: OrderStatus
}

export interface InventoryItemTable {
  product_id: number
  reserved: Generated<number>
}

/** One booking of stock: what an order, or a client without one, has reserved and given back of a product. */
export interface ReservationTable {
  id: Generated<number>
  order_id: number | null
  product_id: number
  quantity: number
  given_back: Generated<number>
  /** When it was given back; an order that never reserved is on record with a quantity of 0. */
  compensated_at: Date | null
  created_at: Generated<Date>
}

/** What an order's saga does next, on record before it is done. */
export type SagaStep = 'reserving' | 'paying' | 'compensating' | 'ended'

/** Why a saga fails: no stock was reserved for sure, or its payment was refused, or nobody knows what became of the payment. */
export type SagaFailure = 'not_reserved' | 'payment_refused' | 'payment_unknown'

export interface OrderSagaTable {
  order_id: number
  step: SagaStep
  /** On record as soon as it is known. */
  failure: SagaFailure | null
  /** The instance that works on it; see leases.ts for the lease. */
  lease_holder: number
  lease_token: string
  lease_expires_at: Generated<Date>
  begun_at: Generated<Date>
  /** When its last step was taken. */
  updated_at: Generated<Date>
}

/** An operation that a client named with a key, and its answer once there is one. */
export interface IdempotencyKeyTable {
  operation: string
  key: string
  request_hash: string
  /** The instance that answers it; see leases.ts for the lease. */
  lease_holder: number
  lease_token: Generated<string>
  lease_expires_at: Generated<Date>
  /** What the operation made: a user or an order. */
  subject_id: number | null
  status: number | null
  answer: ColumnType<unknown, string | null, string | null>
  created_at: Generated<Date>
}

/** The tables of the shared PostgreSQL, as Kysely types its queries by them. */
export interface Database {
  users: UserTable
  products: ProductTable
  orders: OrderTable
  inventory_items: InventoryItemTable
  reservations: ReservationTable
  order_sagas: OrderSagaTable
  idempotency_keys: IdempotencyKeyTable
}

export type Db = Kysely<Database>
export type User = Selectable<UserTable>
export type Product = Selectable<ProductTable>
export type Order = Selectable<OrderTable>
export type InventoryItem = Selectable<InventoryItemTable>

/** The largest value of PostgreSQL's `integer`. */
export const maxInteger = 2_147_483_647

/** One page of a list: rows whose id is above `after`, at most `limit` of them. */
export type Page = { limit: number; after: number }
