import { acknowledge } from '../acknowledgement.ts'
import { defineFunction } from '../define.ts'
import { invalidateCache } from './contract.ts'

/** Scenario 3, second callee: the cache. */
export default defineFunction<object>().openapi(invalidateCache, (c) =>
  c.json(acknowledge('cacheservice', c.req.valid('json').product_id), 200),
)
