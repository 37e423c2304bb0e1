import { acknowledge } from '../http/acknowledgement.ts'
import { defineFunction } from '../http/define.ts'
import { reindex } from './contract.ts'

/** Scenario 3, first callee: the search index. */
export default defineFunction<'search'>().openapi(reindex, (c) =>
  c.json(acknowledge('search', c.req.valid('json').product_id), 200),
)
