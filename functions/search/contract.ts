import { acknowledged } from '../acknowledgement.ts'
import { post } from '../route.ts'

export const reindex = post('/reindex', {
  operationId: 'reindex',
  summary: 'Put a product into the search index anew',
  ...acknowledged,
})
