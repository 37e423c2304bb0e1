/** A connection to RabbitMQ that is opened again when it is lost. */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { type Channel, Connection } from 'rabbitmq-client'
import { firstPauseMs, longerPauseMs } from '../../pauses.ts'
import { explainConnection } from './broker-problem.ts'
import { type BrokerNode, nodesOf } from './broker-url.ts'
import { requireVersion } from './version.ts'
import { within } from './within.ts'

export type LinkOptions = {
  /** One or several URLs, which are tried in turn. */
  url: string
  /** As the broker lists the connection. */
  name: string
  logger: Logger
  /** Where a node is reached, if not at its own address. */
  reach?: ((node: BrokerNode) => Promise<{ hostname: string; port: number }>) | undefined
  /** Called each time when it is open. */
  opened?: () => void
  /** Called with the reason if it can never be opened. */
  unusable?: (reason: string) => void
}

// A broker that accepts connections may say nothing.
const connectMs = 2000
const closeMs = 1000
// Lost without a heartbeat for twice as long.
const heartbeatSeconds = 5

const connectionTo = (node: BrokerNode, connectionName: string) =>
  new Connection({
    ...{ hostname: node.hostname, port: node.port, vhost: node.vhost, connectionName },
    ...{ username: node.username, password: node.password },
    ...(node.isSecure && { tls: { servername: node.servername } }),
    connectionTimeout: connectMs,
    acquireTimeout: connectMs,
    heartbeat: heartbeatSeconds,
    // Otherwise, an acknowledgement before a message waits for that of TCP: 40 ms.
    noDelay: true,
  })

export function createLink({ url, name, logger, reach, opened, unusable }: LinkOptions) {
  const nodes = nodesOf(url)
  const closing = new AbortController()
  const channels = new Set<Channel>()
  let connection: Connection | undefined
  let hasBeenOpen = false
  let problem: string | undefined = 'the broker is not connected yet'
  let blocked: string | undefined
  let turn = 0

  /** @throws the error of the first attempt: the library would try again in silence */
  async function connect(node: BrokerNode): Promise<Connection> {
    const at = { ...node, ...(await reach?.(node)) }
    // Each time: whatever else has its port meanwhile, what that says would end this process.
    await requireVersion(at, connectMs)
    const attempt = connectionTo(at, name)
    const failed = once(attempt, 'connection', { signal: closing.signal })
    try {
      await failed
      return attempt
    } catch (error) {
      attempt.on('error', () => {})
      attempt.unsafeDestroy()
      throw error
    }
  }

  function adopt(opening: Connection, node: BrokerNode): void {
    connection = opening
    problem = undefined
    blocked = undefined
    hasBeenOpen = true
    opening.on('connection.blocked', (reason: string) => {
      blocked = `the broker takes no messages: ${reason}`
      logger.warn(blocked)
    })
    opening.on('connection.unblocked', () => {
      blocked = undefined
    })
    opening.on('error', (error) => {
      // A channel that fails has its error here as well.
      if (opening.ready || opening !== connection) return
      lose(opening)
      complain(error, node)
      void open()
    })
    logger.info({ broker: node.server }, 'connected to the broker')
    opened?.()
  }

  function lose(lost: Connection): void {
    connection = undefined
    // The library would open it again, with an endless list of channels that nobody has.
    lost.unsafeDestroy()
  }

  function complain(error: unknown, node: BrokerNode): boolean {
    const { message, permanent } = explainConnection(error, node)
    if (message !== problem) logger.warn(message)
    problem = message
    return permanent
  }

  async function open(): Promise<void> {
    for (let pauseMs = firstPauseMs; !closing.signal.aborted; ) {
      const node = nodes[turn++ % nodes.length] as BrokerNode
      try {
        return adopt(await connect(node), node)
      } catch (error) {
        if (closing.signal.aborted) return
        const isPermanent = complain(error, node)
        // What worked once may do so again.
        if (isPermanent && !hasBeenOpen && turn >= nodes.length) return unusable?.(problem ?? '')
        await delay(pauseMs, undefined, { signal: closing.signal }).catch(() => {})
        pauseMs = longerPauseMs(pauseMs)
      }
    }
  }
  const opening = open()

  async function closeAll(last: Connection): Promise<void> {
    await Promise.all(Array.from(channels, (channel) => channel.close()))
    await last.close()
  }

  return {
    isOpen: () => connection !== undefined,
    /** Whether it takes messages. */
    isReady: () => connection !== undefined && !blocked,
    /** Why it is not open, or takes no messages. */
    problem: () => problem ?? blocked,
    /** @throws the error of the connection */
    async channel(): Promise<Channel> {
      if (!connection) throw new Error(problem)
      const channel = await connection.acquire()
      channels.add(channel)
      channel.once('close', () => channels.delete(channel))
      return channel
    },
    async close(): Promise<void> {
      closing.abort()
      await opening
      const last = connection
      connection = undefined
      if (!last) return
      last.on('error', () => {})
      await within(closeAll(last), closeMs, () => {})
      last.unsafeDestroy()
    },
  }
}

export type Link = ReturnType<typeof createLink>
