import { routes } from '../../model/routes.ts'
import { acknowledged } from '../http/acknowledgement.ts'
import { post } from '../http/route.ts'

export const reindex = post(routes.reindex, {
  operationId: 'reindex',
  summary: 'Re-index a product',
  ...acknowledged,
})
