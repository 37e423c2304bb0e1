import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../processes/ports.ts'
import { StartError } from '../start.ts'
import { keepRunning } from './keep-running.ts'

/** The broker of one lab: an existing RabbitMQ, or one that ends with the lab. */
export type LabBroker = {
  url: string
  /** The folder of a server of the lab. */
  rabbitmqFolder?: string
  /** The port of the metrics of a server of the lab. */
  metricsPort?: number | undefined
  /** Makes the queues that have been declared survive a kill of the lab's server. */
  persistQueues: () => Promise<void>
  close: () => Promise<void>
}

export type LabBrokerOptions = {
  /** A server that runs already; one of the lab is started by default. */
  url?: string | undefined
  /** The folder of the lab's server; by default a temporary one, deleted on close. */
  folder?: string | undefined
  /** The port of the lab's server if it is free; 0 for any. */
  port?: number
  /** Whether a Prometheus reads the metrics of the lab's server. */
  observed?: boolean
  say?: (line: string) => void
}

/** The port of RabbitMQ in the study. */
const rabbitmqPort = 5672
/** The port of its metrics: https://www.rabbitmq.com/docs/prometheus */
const usualMetricsPort = 15692

/**
 * Opens the RabbitMQ of a lab. One of its own is started again when it ends by itself.
 * @throws StartError if the lab's server does not start
 */
export async function openLabBroker({ url, ...options }: LabBrokerOptions): Promise<LabBroker> {
  if (url !== undefined) return { url, persistQueues: async () => {}, close: async () => {} }
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'lockstep-')))
  const cleanUp = options.folder === undefined ? remove : async () => {}
  try {
    const broker = await openIn(folder, options)
    const close = async () => {
      await broker.close()
      await cleanUp(folder, broker.rabbitmqFolder)
    }
    return { ...broker, close }
  } catch (cause) {
    await cleanUp(folder)
    throw new StartError((cause as Error).message, { cause })
  }
}

async function openIn(
  wanted: string,
  { port: wantedPort = rabbitmqPort, observed = false, say = () => {} }: LabBrokerOptions,
) {
  const port = await freePort(wantedPort)
  const metricsPort = observed ? await freePort(usualMetricsPort) : undefined
  say(
    `Starting RabbitMQ on port ${port}${port === wantedPort ? '' : ` (${wantedPort} is taken)`} …`,
  )
  const server = await keepRunning({ folder: wanted, port, metricsPort }, say)
  const { url, folder: rabbitmqFolder, persistQueues, stop: close } = server
  if (rabbitmqFolder !== wanted)
    say(`  RabbitMQ keeps its data in ${rabbitmqFolder} because its account cannot read ${wanted}`)
  return { url, rabbitmqFolder, metricsPort, persistQueues, close }
}

const remove = (...folders: string[]) =>
  Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
