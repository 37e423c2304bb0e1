/** What tests do with a RabbitMQ: as clients that know no code of the lab. */
import { Connection, type SyncMessage } from 'rabbitmq-client'
import { type Envelope, type EventName, type QueueName, queueNames } from '../model/messages.ts'

/** Where messages wait before they are delivered again. */
const retryQueues = ['retry.100', 'retry.1000', 'retry.5000']
const allQueues = [...queueNames, ...queueNames.map((queue) => `${queue}.dead`), ...retryQueues]

/** Does something on a connection of its own. */
async function withConnection<T>(
  url: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = new Connection({ url, noDelay: true })
  // What fails is `work`.
  connection.on('error', () => {})
  try {
    return await work(connection)
  } finally {
    await connection.close()
  }
}

async function countWaiting(connection: Connection): Promise<number> {
  let sum = 0
  for (const queue of allQueues)
    sum += (await connection.queueDeclare({ queue, passive: true })).messageCount
  return sum
}

const hasEnvelope = (message: unknown): message is Envelope =>
  typeof message === 'object' && message !== null && 'data' in message

/** The properties of a message, and its body: CloudEvents in its binary mode, or the bare JSON. */
function encode(message: unknown): [properties: object, body: Buffer] {
  if (Buffer.isBuffer(message)) return [{}, message]
  if (!hasEnvelope(message)) return [{}, Buffer.from(JSON.stringify(message))]
  const { data, traceparent, ...attributes } = message
  const named = Object.entries({ specversion: '1.0', ...attributes }).map(([name, value]) => [
    `cloudEvents_${name}`,
    value,
  ])
  const headers = { ...Object.fromEntries(named), ...(traceparent && { traceparent }) }
  return [{ headers, contentType: 'application/json' }, Buffer.from(JSON.stringify(data))]
}

/** Publishes to a queue, in this order, and waits until the broker has them. */
async function put(connection: Connection, queue: string, messages: readonly unknown[]) {
  const publisher = connection.createPublisher({ confirm: true })
  const sent = messages.map((message) => {
    const [properties, body] = encode(message)
    return publisher.send({ routingKey: queue, durable: true, ...properties }, body)
  })
  await Promise.all(sent)
  await publisher.close()
}

/** A message that was published, as RabbitMQ's firehose tells of it. */
export type Published = { queue: string; message: Pick<Envelope, 'type' | 'data'> }

type Copy = { routing_keys: [string]; properties: { headers: Record<string, string> } }

const publishedIn = ({ headers, body }: SyncMessage): Published => {
  const { routing_keys, properties } = headers as Copy
  const type = properties.headers.cloudEvents_type as EventName
  return { queue: routing_keys[0], message: { type, data: JSON.parse(String(body)) } }
}

// https://www.rabbitmq.com/docs/firehose
const [firehose, tap] = ['amq.rabbitmq.trace', 'tap']

async function readTap(connection: Connection): Promise<Published[]> {
  const found: Published[] = []
  for (;;) {
    const copy = await connection.basicGet({ queue: tap, noAck: true })
    if (!copy) return found
    found.push(publishedIn(copy))
  }
}

/** A client of the RabbitMQ at an address. */
export const clientOf = (url: string) => ({
  url,
  /** The settings of services that use it. */
  settings: { BROKER: 'rabbitmq', BROKER_URL: url },
  /** How many messages are in its queues, and not with a consumer. */
  countWaiting: () => withConnection(url, countWaiting),
  put: (queue: string, messages: readonly unknown[]) =>
    withConnection(url, (connection) => put(connection, queue, messages)),
  /** Takes the oldest message of a queue. */
  get: (queue: QueueName): Promise<SyncMessage | undefined> =>
    withConnection(url, (connection) => connection.basicGet({ queue, noAck: true })),
  /** Makes a queue of RabbitMQ's default type. */
  declare: (queue: QueueName) =>
    withConnection(url, (connection) => connection.queueDeclare({ queue, durable: true })),
  /** Collects what is published from now on, if the server traces it. */
  openTap: () =>
    withConnection(url, async (connection) => {
      await connection.queueDeclare({ queue: tap, durable: true })
      await connection.queueBind({ queue: tap, exchange: firehose, routingKey: 'publish.#' })
    }),
  readTap: () => withConnection(url, readTap),
  deleteQueue: (queue: QueueName) =>
    withConnection(url, (connection) => connection.queueDelete({ queue })),
  /**
   * Drops all messages. The queues stay: one of 3.10 that is made again with its name may keep its
   * dead letters.
   */
  empty: () =>
    withConnection(url, async (connection) => {
      // Not all of them need be there.
      for (const queue of allQueues) await connection.queuePurge(queue).catch(() => {})
    }),
})

export type RabbitmqClient = ReturnType<typeof clientOf>
