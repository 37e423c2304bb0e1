import { routes } from '../../model/routes.ts'
import { acknowledged } from '../http/acknowledgement.ts'
import { post } from '../http/route.ts'

export const invalidateCache = post(routes.invalidateCache, {
  operationId: 'invalidateCache',
  summary: 'Invalidate a cached product',
  ...acknowledged,
})
