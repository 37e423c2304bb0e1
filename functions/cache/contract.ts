import { routes } from '../../model/routes.ts'
import { acknowledged } from '../acknowledgement.ts'
import { post } from '../route.ts'

export const invalidateCache = post(routes.invalidateCache, {
  operationId: 'invalidateCache',
  summary: 'Invalidate a cached product',
  ...acknowledged,
})
