import { consumes, on } from '../messaging/subscription.ts'
import { productUpdated } from '../product/events.ts'
import { invalidateCache } from './contract.ts'

export default consumes<'cache'>({
  cache_product_updates_queue: on(productUpdated, invalidateCache).as(({ product_id }) => ({
    product_id,
  })),
})
