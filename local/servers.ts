/** PostgreSQL and the broker of one lab. */
import { join } from 'node:path'
import { type LabDatabaseOptions, openLabDatabase } from './postgres/lab-database.ts'
import { type LabBroker, type LabBrokerOptions, openLabBroker } from './rabbitmq/lab-broker.ts'
import { logOf } from './rabbitmq/rabbitmq.ts'

export type ServerOptions = {
  database: LabDatabaseOptions
  /** A RabbitMQ; without it, messages wait in the database. */
  rabbitmq?: LabBrokerOptions | undefined
}

export type Servers = {
  databaseUrl: string
  /** The data folder of an embedded PostgreSQL. */
  postgresFolder?: string | undefined
  broker?: LabBroker | undefined
  /** Their logs. */
  logs: string[]
}

/**
 * Begins to open the servers of a lab, which are closed with `opened`.
 * @throws StartError if a server of DATABASE_URL cannot be used: it is checked first, while an
 *   embedded one starts together with the services
 */
export async function openServers(
  { database: databaseOptions, rabbitmq }: ServerOptions,
  opened: AsyncDisposableStack,
) {
  // A failure to open is reported where it is awaited.
  const closeWith = (opening?: Promise<{ close: () => Promise<void> }>) =>
    opened.defer(() =>
      opening?.then(
        ({ close }) => close(),
        () => {},
      ),
    )
  const database = openLabDatabase(databaseOptions)
  closeWith(database)
  if (databaseOptions.url !== undefined) await database
  const broker = rabbitmq && openLabBroker(rabbitmq)
  closeWith(broker)
  const ready = Promise.all([database, broker]).then(([opened, openedBroker]): Servers => {
    const { url: databaseUrl, postgresFolder } = opened
    const rabbitmqFolder = openedBroker?.rabbitmqFolder
    const logs = [
      ...(postgresFolder === undefined ? [] : [join(postgresFolder, 'postgres.log')]),
      ...(rabbitmqFolder === undefined ? [] : [logOf(rabbitmqFolder)]),
    ]
    return { databaseUrl, postgresFolder, broker: openedBroker, logs }
  })
  return {
    databaseUrl: database.then(({ url }) => url),
    brokerUrl: broker?.then(({ url }) => url),
    ready,
  }
}
