import { consumes, on } from '../messaging/subscription.ts'
import { productUpdated } from '../product/events.ts'
import { logUpdate, trackClick } from './contract.ts'
import { clickTracked } from './events.ts'

export default consumes<'analytics'>({
  analytics_product_updates_queue: on(productUpdated, logUpdate).as(({ product_id }) => ({
    product_id,
  })),
  click_tracked_queue: on(clickTracked, trackClick).as(
    ({ user_id, page }) => ({ user_id, page }),
    {},
    { batch: 100 },
  ),
})
