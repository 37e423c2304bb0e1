/** Messages of the asynchronous style. */
export const messageMetrics = {
  messagesPublished: {
    name: 'messages_published_total',
    help: 'Messages stored with the change that they announce',
    labelNames: ['type'],
  },
  publishDuration: {
    name: 'publish_seconds',
    help: 'Time to store the messages of one request or delivery',
  },
  messagesHandled: {
    name: 'messages_handled_total',
    help: 'Deliveries that have ended: done, duplicate, retry or dead',
    labelNames: ['queue', 'outcome'],
  },
  messagesRedelivered: {
    name: 'messages_redelivered_total',
    help: 'Deliveries that were not the first of their message',
    labelNames: ['queue'],
  },
  messagesInFlight: {
    name: 'messages_in_flight',
    help: 'Deliveries in progress',
    labelNames: ['queue'],
  },
  messageAge: {
    name: 'message_age_seconds',
    help: 'Time from the event to the end of its delivery',
    labelNames: ['queue'],
  },
  messagesBacklog: {
    name: 'messages_backlog',
    help: 'Messages that wait, those in progress and those to be retried included',
    labelNames: ['queue'],
  },
  messagesOldest: {
    name: 'messages_oldest_seconds',
    help: 'Age of the oldest message that waits',
    labelNames: ['queue'],
  },
  outboxPending: {
    name: 'outbox_pending',
    help: 'Messages that were stored, and wait to be published to RabbitMQ',
  },
  outboxOldest: {
    name: 'outbox_oldest_seconds',
    help: 'Age of the oldest message that waits to be published to RabbitMQ',
  },
  deadLetters: {
    name: 'dead_letters',
    help: 'Messages that were given up',
    labelNames: ['queue'],
  },
  sagasStuck: {
    name: 'sagas_stuck',
    help: 'Orders that have been pending for longer than SAGA_LIMIT_SECONDS',
  },
} as const
