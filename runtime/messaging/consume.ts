/** Takes messages, as many as there are slots, and has each delivered and settled. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { QueueName } from '../../model/messages.ts'
import type { LoopGate } from '../admission/loop-gate.ts'
import type { AnySubscriptions } from '../apps.ts'
import type { Broker, Taken } from './broker.ts'
import type { Deadlines } from './deadlines.ts'
import type { Deliver } from './deliver.ts'
import { type Delivered, isNoAttempt } from './ending.ts'
import type { MessageMetrics } from './message-metrics.ts'
import { suspectDelivery } from './queue-options.ts'
import type { Settle } from './settle-delivered.ts'
import { createWaker } from './waker.ts'
import { createYielding, type YieldingOptions } from './yielding.ts'

export type ConsumerOptions = YieldingOptions & {
  subscriptions: AnySubscriptions
  broker: Broker
  deliver: Deliver
  settle: Settle
  deadlines: Deadlines
  /** Deliveries at once. */
  slots: number
  /** Whether an instance has just crashed: the number of deliveries then grows with those that succeed. */
  isAfterCrash: boolean
  gate: Pick<LoopGate, 'estimateWaitMs' | 'waitLimitMs'>
  metrics: MessageMetrics
  logger: Logger
}

// The look for messages besides notifications, and when there are none of these.
const lookMs = 1000
const blindLookMs = 250
// A service that has taken nothing for a while looks less often.
const restingLookMs = 2000
const restMs = 10_000
// Time for deliveries that have begun; the rest of the ten seconds is for their end.
const finishMs = 8000
const abortMs = 1000

export function createConsumer(options: ConsumerOptions) {
  const { subscriptions, broker, deliver, settle, deadlines, slots, gate, metrics, logger } =
    options
  const queues = Object.keys(subscriptions) as QueueName[]
  const waker = createWaker()
  const yielding = createYielding(options)
  const due = new Set<QueueName>()
  const suspected = new Set<QueueName>()
  const running = new Set<Promise<void>>()
  // Their end cannot be stored now; nothing is taken meanwhile.
  let held: Taken[] = []
  let isClosing = false
  let succeeded = 0
  let peekedMs = -Infinity
  let tookMs = performance.now()
  let problem: string | undefined

  const limit = () => (options.isAfterCrash ? Math.min(slots, 1 + succeeded) : slots)
  const isPaused = () => held.length > 0
  const free = () => limit() - running.size
  const batchOf = (queue: QueueName) => subscriptions[queue]?.batch ?? 1
  const mayTake = (queue: QueueName) => batchOf(queue) === 1 || yielding.mayBegin()
  const hasWork = () => suspected.size > 0 || [...due].some(mayTake)

  /** A fault of this program: the message is tried again, which is counted. */
  function failed(taken: readonly Taken[], err: Error): Delivered[] {
    logger.error({ err }, 'delivery failed')
    return taken.map((one) => ({ taken: one, ending: { kind: 'retry', reason: String(err) } }))
  }

  async function work(taken: readonly Taken[]): Promise<void> {
    for (const delivered of await deliver(taken).catch((err) => failed(taken, err))) {
      if (delivered.ending.kind === 'done') succeeded++
      if (isNoAttempt(delivered.ending)) held.push(delivered.taken)
      else
        await settle(delivered).catch((err) => {
          logger.warn({ err, queue: delivered.taken.queue }, 'cannot settle a message, retrying')
          held.push(delivered.taken)
        })
    }
  }

  function begin(queue: QueueName, taken: readonly Taken[]): Promise<void> {
    metrics.begins(queue, taken)
    const ended = work(taken).finally(() => {
      metrics.ends(queue, taken.length)
      running.delete(ended)
      waker.wake()
    })
    running.add(ended)
    return ended
  }

  /** Gives back what is held: as soon as that works, messages are taken again. */
  async function resume(): Promise<void> {
    const given = [...held]
    await broker.giveBack(given)
    // Others may have come meanwhile.
    held = held.filter((taken) => !given.includes(taken))
    if (given.length > 0) logger.info({ messages: given.length }, 'messages given back')
  }

  async function takeFrom(queue: QueueName): Promise<void> {
    const batch = batchOf(queue)
    const most = batch > 1 ? batch : free()
    // A hint may come while they are taken.
    due.delete(queue)
    const taken = await broker.take(queue, most)
    // To the end, so that no queue waits for all messages of another one.
    if (taken.length === most) due.add(queue)
    if (taken.length > 0) tookMs = performance.now()
    const isSuspect = ({ delivery }: Taken) => delivery >= suspectDelivery
    const others = taken.filter((one) => !isSuspect(one))
    if (batch > 1 && others.length > 0) void yielding.during(() => begin(queue, others))
    else for (const one of others) void begin(queue, [one])
    await setAside(queue, taken.filter(isSuspect))
  }

  async function setAside(queue: QueueName, suspects: readonly Taken[]): Promise<void> {
    if (suspects.length === 0) return
    suspected.add(queue)
    await broker.setAside(suspects).catch((error) => {
      held.push(...suspects)
      throw error
    })
  }

  /** What may end its process is delivered while nothing else is. */
  async function takeSuspects(queue: QueueName): Promise<void> {
    await Promise.all(running)
    const suspect = isClosing || isPaused() ? undefined : await broker.takeSuspect(queue)
    if (!suspect) return void suspected.delete(queue)
    await begin(queue, [suspect])
  }

  /** Looks at all queues at once. Notifications and full queues make it look at one. */
  async function peek(): Promise<void> {
    peekedMs = performance.now()
    for (const { queue, ready, suspect } of await broker.peek(queues)) {
      if (ready) due.add(queue)
      if (suspect) suspected.add(queue)
    }
  }

  const isBusy = () => gate.waitLimitMs > 0 && gate.estimateWaitMs() > gate.waitLimitMs

  async function look(): Promise<void> {
    if (isPaused()) await resume()
    if (isBusy()) return
    if (performance.now() - peekedMs >= pauseMs()) await peek()
    for (const queue of [...suspected]) await takeSuspects(queue)
    for (const queue of [...due].filter(mayTake)) {
      if (isClosing || isPaused() || free() <= 0) break
      await takeFrom(queue)
    }
  }

  function pauseMs(): number {
    if (!broker.isListening()) return blindLookMs
    return performance.now() - tookMs > restMs ? restingLookMs : lookMs
  }

  async function run(): Promise<void> {
    while (!isClosing) {
      await look().then(
        () => {
          problem = undefined
        },
        (err: Error) => {
          if (!problem) logger.warn({ err }, 'cannot take messages, retrying')
          problem = err.message || String(err)
        },
      )
      if (hasWork() && free() > 0 && !isPaused() && !problem && !isBusy()) continue
      await waker.wait(Math.min(pauseMs(), yielding.leftMs()))
    }
  }
  const ended = run()

  return {
    /** Looks at a queue at once. */
    hint(queue: QueueName): void {
      if (!queues.includes(queue)) return
      due.add(queue)
      waker.wake()
    },
    /** Why it takes no messages, if it does not. */
    problem: () => problem ?? (isPaused() ? 'messages cannot be settled' : undefined),
    /** Takes no more; waits for what has begun, and aborts it in time. */
    async close(): Promise<void> {
      isClosing = true
      waker.wake()
      await broker.unsubscribe().catch((err) => logger.warn({ err }, 'messages come again'))
      await Promise.race([ended.then(() => Promise.all(running)), delay(finishMs)])
      deadlines.stop()
      await Promise.race([Promise.all(running), delay(abortMs)])
      await resume().catch((err) => logger.warn({ err }, 'messages are repeated at their deadline'))
    },
  }
}
