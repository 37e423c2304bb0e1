import type { ColumnType, Generated, Kysely, Selectable } from 'kysely'
import type { DeadLetterTable, InboxTable, JobTable } from './message-tables.ts'

export interface UserTable {
  id: Generated<number>
  email: string
}

export interface ProductTable {
  id: Generated<number>
  name: string
  stock: Generated<number>
  /** How often it was updated. */
  version: Generated<number>
}

/** `pending` until the payment and, if that failed, the compensation have ended. */
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

/**
 * A ledger entry: the quantity that an order, or a client without one, reserved and released of a
 * product.
 */
export interface ReservationTable {
  id: Generated<number>
  order_id: number | null
  product_id: number
  quantity: number
  given_back: Generated<number>
  /** When it was released. An order without a reservation has an entry with a quantity of 0. */
  compensated_at: Date | null
  created_at: Generated<Date>
}

/** The step of a saga, stored before it runs. */
export type SagaStep = 'reserving' | 'paying' | 'compensating' | 'ended'

/**
 * Why a saga fails: certainly nothing was reserved, the payment was refused, or its outcome is
 * unknown.
 */
export type SagaFailure = 'not_reserved' | 'payment_refused' | 'payment_unknown'

export interface OrderSagaTable {
  order_id: number
  step: SagaStep
  /** Stored as soon as it is known. */
  failure: SagaFailure | null
  /** The instance that works on it; see leases.ts for the lease. */
  lease_holder: number
  lease_token: string
  lease_expires_at: Generated<Date>
  begun_at: Generated<Date>
  /** When its last step was taken. */
  updated_at: Generated<Date>
}

/** An operation that a client named with a key, and its answer once it has one. */
export interface IdempotencyKeyTable {
  operation: string
  key: string
  request_hash: string
  /** The instance that answers it; see leases.ts for the lease. */
  lease_holder: number
  lease_token: Generated<string>
  lease_expires_at: Generated<Date>
  /** The id of the user or the order that the operation created. */
  subject_id: number | null
  status: number | null
  answer: ColumnType<unknown, string | null, string | null>
  created_at: Generated<Date>
}

export interface Database {
  users: UserTable
  products: ProductTable
  orders: OrderTable
  inventory_items: InventoryItemTable
  reservations: ReservationTable
  order_sagas: OrderSagaTable
  idempotency_keys: IdempotencyKeyTable
  inbox: InboxTable
  jobs: JobTable
  dead_letters: DeadLetterTable
}

type Columns = { [T in keyof Database]: readonly (keyof Database[T])[] }

/**
 * The tables and columns that the newest schema has. Statements name their columns: the result of a
 * prepared `select *` may not change, so a later version's column would break open sessions.
 */
export const expectedTables = {
  users: ['id', 'email'],
  products: ['id', 'name', 'stock', 'version'],
  orders: ['id', 'product_id', 'quantity', 'status'],
  inventory_items: ['product_id', 'reserved'],
  reservations: [
    'id',
    'order_id',
    'product_id',
    'quantity',
    'given_back',
    'compensated_at',
    'created_at',
  ],
  order_sagas: [
    'order_id',
    'step',
    'failure',
    'lease_holder',
    'lease_token',
    'lease_expires_at',
    'begun_at',
    'updated_at',
  ],
  idempotency_keys: [
    'operation',
    'key',
    'request_hash',
    'lease_holder',
    'lease_token',
    'lease_expires_at',
    'subject_id',
    'status',
    'answer',
    'created_at',
  ],
  inbox: [
    'consumer',
    'message_id',
    'correlation_id',
    'subject',
    'occurred_at',
    'accepted_at',
    'handled_at',
  ],
  jobs: ['id', 'status', 'result', 'reason', 'accepted_at', 'completed_at'],
  dead_letters: ['queue', 'message_id', 'message', 'reason', 'attempts', 'first_at', 'last_at'],
} as const satisfies Columns

export type Db = Kysely<Database>
export type User = Selectable<UserTable>
/** A product as its clients see it. */
export type Product = Omit<Selectable<ProductTable>, 'version'>
export type Order = Selectable<OrderTable>
export type InventoryItem = Selectable<InventoryItemTable>

/** One page of a list: rows whose id is above `after`, at most `limit` of them. */
export type Page = { limit: number; after: number }
