import { countProducts, findProduct, listProducts, updateProduct } from '../../db/shop/products.ts'
import { warningOf } from '../../model/unavailable.ts'
import { logUpdate } from '../analytics/contract.ts'
import type { Bindings } from '../bindings.ts'
import { invalidateCache } from '../cache/contract.ts'
import { call, failureOf } from '../http/call.ts'
import { defineFunction } from '../http/define.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import { reindex } from '../search/contract.ts'
import { getProduct, getProducts, putProduct } from './contract.ts'

const hops = [
  ['search', reindex],
  ['cache', invalidateCache],
  ['analytics', logUpdate],
] as const

/**
 * Calls the three services one after another. A failed call becomes a warning, and the next ones
 * still run.
 * @throws CallError if the client disconnects
 */
async function announceUpdate(
  services: Bindings<'product'>,
  product_id: number,
  signal: AbortSignal,
): Promise<string[]> {
  const warnings: string[] = []
  for (const [name, route] of hops) {
    const failure = await failureOf(call(services[name], route, { product_id }, signal))
    if (failure?.abandoned) throw failure
    if (failure) warnings.push(warningOf(name, failure.message))
  }
  return warnings
}

const notFound: Refusal<'unknown'> = { refused: 'unknown', detail: 'Product not found' }

/** Scenario 3: a product update that calls search, cache and analytics one after another. */
export default defineFunction<'product'>()
  .openapi(getProducts, async (c) => {
    const page = c.req.valid('query')
    return c.json(
      { products: await listProducts(c.env.db, page), count: await countProducts(c.env.db) },
      200,
    )
  })
  .openapi(getProduct, async (c) => {
    const product = await findProduct(c.env.db, c.req.valid('param').product_id)
    if (!product) return refuse(c, notFound)
    return c.json(product, 200)
  })
  .openapi(putProduct, async (c) => {
    const { name, stock } = c.req.valid('json')
    // One statement, committed before the first call, so that no row and no connection is held
    // during the calls.
    const columns = { ...(name != null && { name }), ...(stock != null && { stock }) }
    const updated = await updateProduct(c.env.db, c.req.valid('param').product_id, columns)
    if (!updated) return refuse(c, notFound)
    const { version: _, ...product } = updated
    const warnings = await announceUpdate(c.env, product.id, c.req.raw.signal)
    const answer = {
      ...product,
      message: 'Product updated successfully',
      timestamp: new Date().toISOString(),
    }
    return c.json(warnings.length > 0 ? { ...answer, warnings } : answer, 200)
  })
