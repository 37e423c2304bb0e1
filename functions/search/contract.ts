import { acknowledged } from '../acknowledgement.ts'
import { post } from '../route.ts'

export const reindex = post('/reindex', {
  operationId: 'reindex',
  summary: 'Re-index a product',
  ...acknowledged,
})
