import { expect, test } from 'vitest'
import type { QueueName } from '../../model/messages.ts'
import { timesOf } from './read-clocks.ts'

const at = (ms: number) => new Date(Date.UTC(2026, 10, 1) + ms)
const handled = (consumer: QueueName, acceptedMs: number, handledMs: number) => ({
  consumer,
  accepted_at: at(acceptedMs),
  handled_at: at(handledMs),
})
const search = handled('search_product_updates_queue', 0, 12)
const cache = handled('cache_product_updates_queue', 0, 9)
const analytics = handled('analytics_product_updates_queue', 0, 30)

test('an update is completed with the first and consistent with the last hop', () => {
  expect(timesOf({ number: 3 }, [search, cache, analytics])).toEqual({
    completedMs: 9,
    consistentMs: 30,
  })
  expect(timesOf({ number: 3 }, [search, cache])).toBeUndefined()
})

test('an order counts from its own message, not from a later one', () => {
  const steps = [
    handled('order_created_queue', 100, 110),
    handled('order_payment_failed_queue', 120, 141),
    handled('stock_released_queue', 150, 163),
  ]
  expect(timesOf({ number: 5 }, steps)).toEqual({ completedMs: 41, consistentMs: 63 })
})

test('an order whose released stock overtakes its failure is completed by that', () => {
  const steps = [
    handled('order_created_queue', 0, 10),
    handled('stock_released_queue', 20, 25),
    handled('order_payment_failed_queue', 12, 40),
  ]
  expect(timesOf({ number: 5 }, steps)).toEqual({ completedMs: 25, consistentMs: 25 })
})
