import type { $Fetch } from 'ofetch'
import type { Db } from '../db/schema.ts'
import type { Leases } from '../db/work/leases.ts'
import type { FunctionName, RowOf, Service } from '../model/services.ts'
import type { SettingsOf } from '../model/settings.ts'
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
  Pick<Resources, ResourceOf<N>>
