import type { $Fetch } from 'ofetch'
import type { Db } from '../db/schema.ts'
import type { Leases } from '../db/work/leases.ts'
import type { Envelope, EventName } from '../model/messages.ts'
import type { FunctionName, RowOf, Service } from '../model/services.ts'
import type { SettingsOf } from '../model/settings.ts'
import type { Announcement } from './messaging/event.ts'
import type { Digest, DigestRequest } from './report/digest.ts'

/** The resources that a container opens for a function, in addition to its clients. */
export type Resources = {
  db: Db
  /** Computes off the event loop. An aborted request frees its worker. */
  digest: (request: DigestRequest, signal: AbortSignal) => Promise<Digest>
  /** Leases on the work of this instance, so that other instances do not take it over. */
  leases: Leases
}

/** The column of `model/services.ts` that requests each resource. */
export const askedBy = {
  db: 'database',
  digest: 'workers',
  leases: 'resumable',
} as const satisfies Record<keyof Resources, keyof Service>

type ResourceOf<N extends FunctionName> = {
  [R in keyof Resources]: RowOf<N> extends Record<(typeof askedBy)[R], true> ? R : never
}[keyof Resources]

/**
 * The contents of a function's `c.env`, derived from its row in `model/services.ts` and from the
 * settings that it reads in `model/settings.ts`: the database, a client for each function that it
 * calls, its settings under their own names.
 */
export type Bindings<N extends FunctionName> = SettingsOf<N> &
  Record<RowOf<N>['calls'][number], $Fetch> &
  Pick<Resources, ResourceOf<N>> & {
    /** The message whose work the request is. No client can set it. */
    message?: Envelope
  }

/**
 * Changes rows and stores the messages that announce it, in one transaction: both are there when it
 * resolves, or neither. `work` may run once only.
 * @returns the answer of `work`
 */
export type Accept<E extends EventName> = <
  W extends { answer: unknown; publish?: readonly Announcement<E>[] },
>(
  work: (db: Db) => Promise<W>,
) => Promise<W['answer']>

type Published<N extends FunctionName> = RowOf<N>['publishes'][number]

/** The contents of `c.env` where a function accepts requests in the asynchronous style. */
export type AcceptBindings<N extends FunctionName> = SettingsOf<N> &
  Pick<Resources, 'db' | Extract<ResourceOf<N>, 'leases'>> & {
    /** Aborts when the service ends: then nobody waits any more. */
    draining: AbortSignal
    accept: Accept<Published<N>>
    /**
     * Stores a message that announces no change of a row, with others that come at the same time.
     * Resolves when it is durable.
     */
    store: (announcement: Announcement<Published<N>>) => Promise<void>
  }
