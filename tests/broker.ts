/** The broker under test: `BROKER` of the test run, or the embedded one. */
import { inject } from 'vitest'
import type { QueueName } from '../model/messages.ts'
import { clientOf, type RabbitmqClient } from './rabbitmq.ts'
import { openRabbitmq } from './rabbitmq-server.ts'

export type BrokerName = 'embedded' | 'rabbitmq'

declare module 'vitest' {
  export interface ProvidedContext {
    broker: BrokerName
    /** The RabbitMQ that tests share; empty if they do not. */
    brokerUrl: string
  }
}

export const brokerName = inject('broker')

/** What services and tests use of a broker. */
export type TestBroker = {
  /** The settings of services that use it. */
  settings: Record<string, string>
  /** Puts anything into a queue; without it, that is done in the database. */
  put?: (queue: QueueName, messages: readonly unknown[]) => Promise<void>
}

/** A broker of the tests that opened it. */
export type OwnBroker = TestBroker & {
  /** How many messages are outside of PostgreSQL, and not with a consumer. */
  countWaiting: () => Promise<number>
  /** Kills it, and starts it again. */
  restartAtOnce: () => Promise<void>
  close: () => Promise<void>
}

// It is a part of PostgreSQL, and ends with that.
const embedded: OwnBroker = {
  settings: {},
  countWaiting: async () => 0,
  restartAtOnce: async () => {},
  close: async () => {},
}

/** Opens a broker for some tests. */
export const openBroker = async (): Promise<OwnBroker> =>
  brokerName === 'rabbitmq' ? openRabbitmq() : embedded

/** The RabbitMQ that all tests share, one after the other. */
export const sharedRabbitmq = (): RabbitmqClient => clientOf(inject('brokerUrl'))

/** The shared broker, without anything of the tests before. */
export async function shareBroker(): Promise<TestBroker> {
  if (brokerName === 'embedded') return embedded
  const rabbitmq = sharedRabbitmq()
  await rabbitmq.empty()
  return rabbitmq
}
