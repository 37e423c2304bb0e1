/** Takes messages, as many as there are slots, and has each delivered and settled. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { QueueName } from '../../model/messages.ts'
import type { LoopGate } from '../admission/loop-gate.ts'
import type { AnySubscriptions } from '../apps.ts'
import type { Broker, Taken } from './broker.ts'
import type { Deadlines } from './deadlines.ts'
import type { Deliver } from './deliver.ts'
import { isNoAttempt } from './ending.ts'
import type { MessageMetrics } from './message-metrics.ts'
import { suspectDelivery } from './queue-options.ts'
import type { Settle } from './settle-delivered.ts'
import { createWaker } from './waker.ts'

export type ConsumerOptions = {
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
const suspectLookMs = 5000
// Time for deliveries that have begun; the rest of the ten seconds is for their end.
const finishMs = 8000
const abortMs = 1000

export function createConsumer(options: ConsumerOptions) {
  const { subscriptions, broker, deliver, settle, deadlines, slots, gate, metrics, logger } =
    options
  const queues = Object.keys(subscriptions) as QueueName[]
  const waker = createWaker()
  const due = new Set<QueueName>(queues)
  const running = new Set<Promise<void>>()
  let held: Taken[] = []
  let isPaused = false
  let isClosing = false
  let succeeded = 0
  let lookedMs = -Infinity
  let suspectsLookedMs = -Infinity
  let problem: string | undefined

  const limit = () => (options.isAfterCrash ? Math.min(slots, 1 + succeeded) : slots)
  const free = () => limit() - running.size
  const batchOf = (queue: QueueName) => subscriptions[queue]?.batch ?? 1

  async function work(taken: readonly Taken[]): Promise<void> {
    for (const delivered of await deliver(taken)) {
      if (delivered.ending.kind === 'done') succeeded++
      if (isNoAttempt(delivered.ending)) hold(delivered.taken)
      else await settle(delivered).catch(() => hold(delivered.taken))
    }
  }

  /** Keeps a message whose end cannot be stored now; nothing is taken meanwhile. */
  function hold(taken: Taken): void {
    held.push(taken)
    isPaused = true
  }

  function begin(queue: QueueName, taken: readonly Taken[]): Promise<void> {
    metrics.begins(queue, taken)
    const ended = work(taken)
      .catch((err) =>
        logger.error({ err, queue }, 'delivery failed, it is repeated at its deadline'),
      )
      .finally(() => {
        metrics.ends(queue, taken.length)
        running.delete(ended)
        waker.wake()
      })
    running.add(ended)
    return ended
  }

  /** Gives back what is held: as soon as that works, messages are taken again. */
  async function resume(): Promise<void> {
    const given = held
    // Others may come while these are given back.
    held = []
    await broker.giveBack(given).catch((error) => {
      held.push(...given)
      throw error
    })
    isPaused = held.length > 0
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
    const others = taken.filter(({ delivery }) => delivery < suspectDelivery)
    if (batch > 1 && others.length > 0) void begin(queue, others)
    else for (const one of others) void begin(queue, [one])
    await setAside(taken.filter(({ delivery }) => delivery >= suspectDelivery))
  }

  async function setAside(suspects: readonly Taken[]): Promise<void> {
    if (suspects.length === 0) return
    suspectsLookedMs = -Infinity
    await broker.setAside(suspects).catch((error) => {
      for (const one of suspects) hold(one)
      throw error
    })
  }

  /** What may end its process is delivered while nothing else is. */
  async function takeSuspects(): Promise<void> {
    suspectsLookedMs = performance.now()
    for (const queue of await broker.findSuspects(queues)) {
      await Promise.all(running)
      const suspect = isClosing || isPaused ? undefined : await broker.takeSuspect(queue)
      if (!suspect) continue
      await begin(queue, [suspect])
      suspectsLookedMs = -Infinity
    }
  }

  const isBusy = () => gate.waitLimitMs > 0 && gate.estimateWaitMs() > gate.waitLimitMs

  async function look(): Promise<void> {
    const nowMs = performance.now()
    if (isPaused) await resume()
    if (isBusy()) return
    if (nowMs - lookedMs >= pauseMs()) {
      for (const queue of queues) due.add(queue)
      lookedMs = nowMs
    }
    if (nowMs - suspectsLookedMs >= suspectLookMs) await takeSuspects()
    for (const queue of [...due]) {
      if (isClosing || isPaused || free() <= 0) break
      await takeFrom(queue)
    }
  }

  const pauseMs = () => (broker.isListening() ? lookMs : blindLookMs)

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
      if (due.size > 0 && free() > 0 && !isPaused && !problem && !isBusy()) continue
      await waker.wait(pauseMs())
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
    problem: () => problem ?? (isPaused ? 'messages cannot be settled' : undefined),
    /** Takes no more; waits for what has begun, and aborts it in time. */
    async close(): Promise<void> {
      isClosing = true
      waker.wake()
      await Promise.race([ended.then(() => Promise.all(running)), delay(finishMs)])
      deadlines.stop()
      await Promise.race([Promise.all(running), delay(abortMs)])
      await resume().catch((err) => logger.warn({ err }, 'messages are repeated at their deadline'))
    },
  }
}
