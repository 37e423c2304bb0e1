import { consumes, on } from '../messaging/subscription.ts'
import { productUpdated } from '../product/events.ts'
import { reindex } from './contract.ts'

export default consumes<'search'>({
  search_product_updates_queue: on(productUpdated, reindex).as(({ product_id }) => ({
    product_id,
  })),
})
