/** The messages of the asynchronous style: events, and the queues that hold them. */

/** The queues of each event. An event without one only tells what happened. */
const queuesByEvent = {
  UserRegistered: ['user_registered_queue'],
  PaymentInitiated: ['payment_initiated_queue'],
  PaymentCompleted: ['payment_completed_queue'],
  ProductUpdated: [
    'search_product_updates_queue',
    'cache_product_updates_queue',
    'analytics_product_updates_queue',
  ],
  GenerateReportJob: ['report_job_queue'],
  ReportGenerated: [],
  OrderCreated: ['order_created_queue'],
  StockReserved: ['stock_reserved_queue'],
  StockRejected: ['stock_rejected_queue'],
  OrderPaid: ['order_paid_queue'],
  PaymentFailed: ['order_payment_failed_queue', 'inventory_payment_failed_queue'],
  StockReleased: ['stock_released_queue'],
  ClickTracked: ['click_tracked_queue'],
} as const satisfies Record<string, readonly string[]>

export type EventName = keyof typeof queuesByEvent

/** The queues that hold an event of this type. */
export type QueueOf<E extends EventName> = (typeof queuesByEvent)[E][number]

export type QueueName = QueueOf<EventName>

export const eventNames = Object.keys(queuesByEvent) as EventName[]

export const queuesOf = (event: EventName): readonly QueueName[] => queuesByEvent[event]

export const queueNames: readonly QueueName[] = eventNames.flatMap(queuesOf)

/** The event that a queue holds. */
export const eventOf = (queue: QueueName): EventName =>
  eventNames.find((event) => queuesOf(event).includes(queue)) as EventName

/** Whether an event announces no change in the database, so that it is stored without one. */
export const isLone = (event: EventName): boolean => event === 'ClickTracked'

/** The exchanges of events that several queues hold, by their names in the study. */
export const exchanges: Partial<Record<EventName, string>> = {
  ProductUpdated: 'product_updates',
  PaymentFailed: 'payment_failed',
}

/** The queue of the messages that a queue has given up. */
export const deadLettersOf = (queue: QueueName): string => `${queue}.dead`

/** A message as it is stored: CloudEvents 1.0 with two extensions. */
export type Envelope = {
  /** UUID version 7. A redriven message keeps it. */
  id: string
  type: EventName
  /** `/lockstep/<function>` */
  source: string
  /** When the event occurred, in ISO 8601 with `Z`. */
  time: string
  /** The row that it is about, such as `order/7`. */
  subject?: string | undefined
  /** `/schemas/<type>/<major version>` */
  dataschema: string
  /** The id of the accepted request that caused it. */
  correlationid: string
  traceparent?: string | undefined
  data: Record<string, unknown>
}
