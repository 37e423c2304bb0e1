/** A RabbitMQ of the bench's own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { type LabBroker, openLabBroker } from '../../local/rabbitmq/lab-broker.ts'
import type { Envelope, QueueName } from '../../model/messages.ts'
import { toAmqp } from '../../runtime/messaging/rabbitmq/amqp-message.ts'
import { createPublishing } from '../../runtime/messaging/rabbitmq/publishing.ts'
import { pin } from '../machine.ts'

async function pidOf({ rabbitmqFolder: folder = '' }: LabBroker): Promise<number> {
  const { server } = JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8'))
  return server.pid
}

/** Opens it on the cores of the servers. */
export async function openBroker(cores: readonly number[]): Promise<LabBroker & { pid: number }> {
  const broker = await openLabBroker({ port: 0 })
  const pid = await pidOf(broker)
  pin(pid, cores)
  return { ...broker, pid }
}

const confirmMs = 30_000

/** A client that publishes as the services do. */
export async function openPublisher(url: string) {
  const opened = Promise.withResolvers<void>()
  const logger = pino({ level: 'silent' })
  const publishing = createPublishing({ url, name: 'bench', logger, opened: opened.resolve })
  await opened.promise
  return {
    close: publishing.close,
    /** @throws the reason if one of them is not confirmed */
    async publish(queue: QueueName, messages: readonly Envelope[]): Promise<void> {
      const at = new Date()
      const outgoing = messages.map((one) => ({ ...toAmqp(one, at), routingKey: queue }))
      const outcomes = await publishing.publish(outgoing, confirmMs)
      const failure = outcomes.find((outcome) => outcome !== undefined)
      if (failure) throw failure
    },
    count: async (queue: QueueName) => (await publishing.count([queue])).get(queue) ?? 0,
  }
}
