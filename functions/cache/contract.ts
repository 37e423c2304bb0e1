import { acknowledged } from '../acknowledgement.ts'
import { post } from '../route.ts'

export const invalidateCache = post('/invalidate_cache', {
  operationId: 'invalidateCache',
  summary: 'Invalidate a cached product',
  ...acknowledged,
})
