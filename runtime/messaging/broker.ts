/** What messaging needs of a broker: the place where messages wait for their consumer. */
import type { Db } from '../../db/schema.ts'
import type { Backlog } from '../../db/work/backlog.ts'
import type { Peek } from '../../db/work/taken-messages.ts'
import type { Envelope, QueueName } from '../../model/messages.ts'

/**
 * Connections to the database of one process to take and to give back messages: on those of its
 * function, that would wait for deliveries.
 */
export const brokerConnections = 2

/** A message that was taken for delivery. It is ours until its deadline, and then another's. */
export type Taken = {
  queue: QueueName
  /** As it was stored: it may be anything. */
  message: unknown
  /** Its place in the broker, for a message that has no valid id of its own. */
  key: string
  /** Which delivery of the message this is, from 1. Counted when it is taken. */
  delivery: number
  /** Why the one before it failed. */
  failure?: string | undefined
  /** When it was stored, by the clock of the database. */
  storedAt: Date
  /** When it was taken, by the clock of `performance.now()`. */
  takenMs: number
  /** When it is given to another consumer, by the clock of `performance.now()`. */
  deadlineMs: number
}

export type Broker = {
  /** Stores messages in the transaction of `db`. */
  store: (db: Db, queue: QueueName, messages: readonly Envelope[]) => Promise<void>
  /**
   * Stores messages that announce no change in the database: they are durable when it resolves.
   * @throws HttpError 503 if the broker is not the database, and cannot be used
   */
  storeAlone: (db: Db, queue: QueueName, messages: readonly Envelope[]) => Promise<void>
  /** To be called when a transaction in which messages were stored is committed. */
  committed: () => void
  /** Takes messages that are no suspects, the oldest first. */
  take: (queue: QueueName, most: number) => Promise<Taken[]>
  /** Takes a message that was set aside. */
  takeSuspect: (queue: QueueName) => Promise<Taken | undefined>
  /** What may be taken now, of all queues in one statement. */
  peek: (queues: readonly QueueName[]) => Promise<Peek[]>
  /** Gives messages back uncounted, as suspects: each is then taken alone. */
  setAside: (taken: readonly Taken[]) => Promise<void>
  /** Gives messages back uncounted. */
  giveBack: (taken: readonly Taken[]) => Promise<void>
  /**
   * Finishes messages of one queue in the transaction of `db`.
   * @returns false if one of them is not ours any more; the transaction must then be rolled back
   */
  finish: (db: Db, taken: readonly Taken[]) => Promise<boolean>
  /** To be called when the transaction in which messages were finished is committed. */
  acknowledge: (taken: readonly Taken[]) => void
  /** Has a message delivered again, after a wait that grows with its deliveries. */
  retry: (taken: Taken, reason: string) => Promise<void>
  /**
   * Has what a dead instance had taken delivered again, in the transaction of `db`.
   * @returns how many messages
   */
  reclaim: (db: Db, queues: readonly QueueName[]) => Promise<number>
  /** Has what nobody finished in time delivered again. */
  expire: () => Promise<void>
  /** Calls back when a message was stored, as a hint, until `close`. */
  listen: (stored: (queue: QueueName) => void) => Promise<void>
  /** Whether `listen` hears of new messages: if not, one has to look more often. */
  isListening: () => boolean
  /** Takes no more, and gives back what was not begun. */
  unsubscribe: () => Promise<void>
  /** Why the broker itself cannot be used. */
  problem: () => string | undefined
  /** How many messages wait elsewhere than in the database, in the fullest of some queues. */
  countElsewhere: (queues: readonly QueueName[]) => Promise<number>
  /** The messages that wait elsewhere than in the database, by queue. */
  readBacklog: () => Promise<Backlog[]>
  close: () => Promise<void>
}
