/** What one instance of all services does: it counts what waits, and finds what nobody finished. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Gauge } from 'prom-client'
import type { Db } from '../../db/schema.ts'
import { type Backlog, readBacklog } from '../../db/work/backlog.ts'
import { remain } from '../../db/work/presence.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Broker } from './broker.ts'

export type ElectedOptions = {
  name: FunctionName
  /** The connection that holds the locks. */
  db: Db
  broker: Pick<Broker, 'expire' | 'readBacklog'>
  /** Whether messages wait in the database only until they are published to the broker. */
  hasOutbox: boolean
  sagaSeconds: number
  metrics: Metrics
  logger: Logger
}

const everyMs = 1000
// Another one takes over so late.
const electionMs = 5000
// A server that hangs fails no statement.
const silentMs = 2 * electionMs

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

function createGauges({ registry }: Metrics) {
  const registers = [registry]
  const backlog = new Gauge({ ...declared.messagesBacklog, registers })
  const oldest = new Gauge({ ...declared.messagesOldest, registers })
  const dead = new Gauge({ ...declared.deadLetters, registers })
  const stuck = new Gauge({ ...declared.sagasStuck, registers })
  const pending = new Gauge({ ...declared.outboxPending, registers })
  const oldestPending = new Gauge({ ...declared.outboxOldest, registers })

  function show(rows: readonly Backlog[]): void {
    const of = (kind: Backlog['kind'], queue: QueueName | '') =>
      rows.find((row) => row.kind === kind && row.queue === queue)
    const waiting = rows.filter(({ kind }) => kind === 'waiting')
    // A broker may have more of them, such as for retries.
    for (const queue of new Set([...queueNames, ...waiting.map((row) => row.queue)])) {
      const own = waiting.filter((row) => row.queue === queue)
      backlog.set({ queue }, sum(own.map(({ count }) => count)))
      oldest.set({ queue }, Math.max(0, ...own.map((row) => row.oldest)))
    }
    for (const queue of queueNames) dead.set({ queue }, of('dead', queue)?.count ?? 0)
    stuck.set(of('stuck', '')?.count ?? 0)
  }
  /** The messages of all queues that wait in the database. */
  function showOutbox(rows: readonly Backlog[]): void {
    const waiting = rows.filter(({ kind }) => kind === 'waiting')
    pending.set(sum(waiting.map(({ count }) => count)))
    oldestPending.set(Math.max(0, ...waiting.map((row) => row.oldest)))
  }
  const hideQueues = () => {
    for (const gauge of [backlog, oldest, dead]) gauge.reset()
    stuck.remove()
  }
  // What another instance shows must not stand here as well.
  const hide = () => {
    hideQueues()
    for (const gauge of [pending, oldestPending]) gauge.remove()
  }
  return { show, showOutbox, hideQueues, hide }
}

export function startElected(options: ElectedOptions) {
  const { name, db, broker, hasOutbox, sagaSeconds, metrics, logger } = options
  const gauges = createGauges(metrics)
  const closing = new AbortController()
  gauges.hide()

  let isElect = false
  let electedMs = -Infinity
  let answeredMs = performance.now()
  let problem: string | undefined

  // A broker that is away counts nothing. The outbox, which then grows, is in the database.
  const noAnswer = (err: Error) => void logger.debug({ err }, 'the broker does not count')

  async function round(): Promise<void> {
    // Its connection may have been replaced; until it notices, two of them do no harm.
    if (performance.now() - electedMs >= electionMs) {
      isElect = await remain(db, name)
      electedMs = performance.now()
    }
    if (!isElect) return gauges.hide()
    const backlog = await readBacklog(db, sagaSeconds)
    if (backlog.some(({ kind }) => kind === 'expired')) await broker.expire()
    if (hasOutbox) gauges.showOutbox(backlog)
    const elsewhere = await broker.readBacklog().catch(noAnswer)
    if (elsewhere) gauges.show([...backlog, ...elsewhere])
    else gauges.hideQueues()
  }

  async function tryRound(): Promise<void> {
    try {
      await round()
      problem = undefined
      answeredMs = performance.now()
    } catch (error) {
      logger.debug({ err: error }, 'cannot look after the queues, retrying')
      gauges.hide()
      problem = (error as Error).message || String(error)
      electedMs = -Infinity
    }
  }

  const isOpenAfter = (ms: number) => delay(ms, true, { signal: closing.signal }).catch(() => false)

  async function run(): Promise<void> {
    // Not at once: the others of a lab start as well.
    let ms = everyMs
    while (await isOpenAfter(ms)) {
      await tryRound()
      ms = isElect || problem ? everyMs : electionMs
    }
  }
  const running = run()

  const isSilent = () => performance.now() - answeredMs > silentMs

  return {
    /** Why the database of the queues cannot be used, as each instance finds it within 10 s. */
    problem: () => problem ?? (isSilent() ? 'the database does not answer' : undefined),
    async close(): Promise<void> {
      closing.abort()
      await running
    },
  }
}
