import type { Generated, Kysely, Selectable } from 'kysely'

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

/** The tables of the shared PostgreSQL, as Kysely types its queries by them. */
export interface Database {
  users: UserTable
  products: ProductTable
  orders: OrderTable
  inventory_items: InventoryItemTable
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
