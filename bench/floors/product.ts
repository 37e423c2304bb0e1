/** The floor of scenario 3: a product update and its three calls in turn. */
import type { Product } from '../../db/schema.ts'
import { logUpdate } from '../../functions/analytics/contract.ts'
import { invalidateCache } from '../../functions/cache/contract.ts'
import { putProduct } from '../../functions/product/contract.ts'
import { reindex } from '../../functions/search/contract.ts'
import { callerOf } from './call.ts'
import { bodyOf } from './contract-schemas.ts'
import { openPool, prepare } from './pool.ts'
import type { Entry } from './request-log.ts'
import { route } from './serve.ts'

// The columns that are given, as db/shop/products.ts writes it.
const updates = {
  both: 'update products set name = $2, stock = $3 where id = $1 returning id, name, stock',
  name: 'update products set name = $2 where id = $1 returning id, name, stock',
  stock: 'update products set stock = $2 where id = $1 returning id, name, stock',
  none: 'select id, name, stock from products where id = $1',
}

type Columns = { name?: string | null | undefined; stock?: number | null | undefined }

function openUpdates() {
  const pool = openPool()
  const both = prepare<Product>(pool, 'both', updates.both)
  const onlyName = prepare<Product>(pool, 'name', updates.name)
  const onlyStock = prepare<Product>(pool, 'stock', updates.stock)
  const none = prepare<Product>(pool, 'none', updates.none)
  return (id: number, { name, stock }: Columns) => {
    if (name != null && stock != null) return both(id, name, stock)
    if (name != null) return onlyName(id, name)
    return stock != null ? onlyStock(id, stock) : none(id)
  }
}

export function product() {
  const update = openUpdates()
  const hops = [
    ['search', callerOf('search', reindex)],
    ['cache', callerOf('cache', invalidateCache)],
    ['analytics', callerOf('analytics', logUpdate)],
  ] as const

  async function announce(product_id: number, entry: Entry): Promise<string[]> {
    const warnings: string[] = []
    for (const [name, send] of hops) {
      const { status } = await send({ product_id }, entry)
      if (status !== 200) warnings.push(`${name} answered ${status}`)
    }
    return warnings
  }

  return [
    route({
      method: 'PUT',
      path: '/products/:product_id',
      schema: bodyOf(putProduct),
      async answer(columns, { last: product_id, entry }) {
        const params = putProduct.request.params.safeParse({ product_id })
        if (!params.success) return { status: 422, body: { detail: params.error.issues } }
        const [product] = await update(params.data.product_id, columns)
        if (!product) return { status: 404, body: { detail: 'Product not found' } }
        const warnings = await announce(product.id, entry)
        const timestamp = new Date().toISOString()
        const body = { ...product, message: 'Product updated successfully', timestamp }
        return { status: 200, body: warnings.length > 0 ? { ...body, warnings } : body }
      },
    }),
  ]
}
