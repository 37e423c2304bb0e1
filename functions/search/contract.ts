import { routes } from '../../model/routes.ts'
import { acknowledged } from '../acknowledgement.ts'
import { post } from '../route.ts'

export const reindex = post(routes.reindex, {
  operationId: 'reindex',
  summary: 'Re-index a product',
  ...acknowledged,
})
