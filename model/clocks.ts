/** When the work of a scenario counts as done in the asynchronous style. */
import type { QueueName } from './messages.ts'
import type { Scenario } from './scenarios.ts'

export type Clocks = {
  /** The requester's work is done when a message of one of these queues has been handled. */
  completed: readonly QueueName[]
  /** Every part agrees when one of each of these has been. */
  consistent: readonly QueueName[]
}

const atOnce = (...queues: QueueName[]): Clocks => ({ completed: queues, consistent: queues })

export const clocks: Record<Scenario['number'], Clocks> = {
  1: atOnce('user_registered_queue'),
  2: { completed: ['payment_initiated_queue'], consistent: ['payment_completed_queue'] },
  3: atOnce(
    'search_product_updates_queue',
    'cache_product_updates_queue',
    'analytics_product_updates_queue',
  ),
  4: atOnce('report_job_queue'),
  5: {
    // Released stock implies that the payment failed, and may be known first.
    completed: ['order_payment_failed_queue', 'stock_released_queue'],
    consistent: ['stock_released_queue'],
  },
  6: atOnce('click_tracked_queue'),
}
