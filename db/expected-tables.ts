import type { Database } from './schema.ts'

type Columns = { [T in keyof Database]: readonly (keyof Database[T])[] }

/** The tables and columns that the newest schema has. */
export const expectedTables = {
  users: ['id', 'email'],
  products: ['id', 'name', 'stock'],
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
} as const satisfies Columns
