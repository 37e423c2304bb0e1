/** How long and how often the messages of a queue are delivered. */
import type { UpdateQueueOptions } from 'pg-boss'
import type { QueueName } from '../../model/messages.ts'
import type { Config } from '../settings/config.ts'

/** The delivery that is a message's last: it becomes a dead letter before it begins. */
export const lastDelivery = 6

/** From this delivery on, a message is delivered alone: it may be what ends its process. */
export const suspectDelivery = 3

// Longer than any wait for a connection, and than the work of all but these queues.
const usualSeconds = 10

const second = 1000

/**
 * The longest work of a queue, in seconds, beyond the usual. Reports share their cores with all that
 * runs on the machine: one that is only slow must not begin again, and make the others slower.
 */
const longest: Partial<Record<QueueName, (config: Config) => number>> = {
  user_registered_queue: ({ EMAIL_DELAY_MS }) => EMAIL_DELAY_MS / second,
  payment_initiated_queue: ({ PAYMENT_DELAY_MS }) => PAYMENT_DELAY_MS / second,
  stock_reserved_queue: ({ PAYMENT_DELAY_MS }) => PAYMENT_DELAY_MS / second,
  report_job_queue: ({ REPORT_CPU_SECONDS }) => 20 * REPORT_CPU_SECONDS,
}

// A commit with a notification takes a lock of the whole server, and clicks are many.
const silent: readonly QueueName[] = ['click_tracked_queue']

const day = 86_400

/**
 * The options of a queue. The retries end by `lastDelivery`, not by the limit here: a message that
 * pg-boss gave up would be no dead letter.
 */
export const queueOptions = (queue: QueueName, config: Config) =>
  ({
    // pg-boss refuses more than a day.
    expireInSeconds: Math.min(day, Math.ceil(usualSeconds + (longest[queue]?.(config) ?? 0))),
    retryLimit: 1_000_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 32,
    retentionSeconds: 365 * day,
    // Rows of done messages slow down the fetches of others.
    deleteAfterSeconds: 60,
    // A relay needs none.
    notify: config.BROKER === 'embedded' && !silent.includes(queue),
  }) satisfies UpdateQueueOptions
