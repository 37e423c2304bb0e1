import { acknowledge } from '../http/acknowledgement.ts'
import { defineFunction } from '../http/define.ts'
import { invalidateCache } from './contract.ts'

/** Scenario 3, second callee: the cache. */
export default defineFunction<'cache'>().openapi(invalidateCache, (c) =>
  c.json(acknowledge('cache', c.req.valid('json').product_id), 200),
)
