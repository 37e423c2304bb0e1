/**
 * The work on a saga or on an idempotency key. A lease is the row's holder, fencing token and
 * expiry. Only the statement that has the token writes, so a holder that has lost its lease does no
 * harm; an expired lease may be taken over.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'

/** How long a lease lasts unless it is renewed, in milliseconds. */
export const leaseMs = 3000

export type Lease = {
  /** The instance that holds it. */
  holder: number
  /**
   * The fencing token: new for each piece of work, so that each statement can prove that it still
   * holds the lease.
   */
  token: string
  termMs: number
}

export type Leases = {
  /**
   * Runs work under a new lease, which is renewed until the work ends. Its end does not release the
   * lease.
   */
  hold: <T>(work: (lease: Lease) => Promise<T>) => Promise<T>
  /** Renews the leases that are due, without waiting for the next tick. */
  renew: () => Promise<void>
  close: () => void
}

/** Thrown if another holder has taken the lease over. Nothing was written. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
  constructor() {
    super('Another holder has taken the lease over')
  }
}

export type LeasesOptions = {
  /** Renewals run on it. A pool that requests exhaust would delay them past the expiry. */
  db: Db
  /** How long a lease lasts unless it is renewed, in milliseconds. */
  termMs?: number
  /** Called if a renewal failed. The next one follows within a sixth of the term. */
  onError?: (error: unknown) => void
}

/**
 * Makes the leases of one instance. Nothing is sent to the database for work shorter than a third
 * of the term.
 */
export function createLeases({ db, termMs = leaseMs, onError = () => {} }: LeasesOptions): Leases {
  const holder = randomInt(1, 2 ** 31)
  const renewedAt = new Map<string, number>()

  async function renew(): Promise<void> {
    const now = performance.now()
    const due = [...renewedAt].filter(([, at]) => now - at >= termMs / 3).map(([token]) => token)
    if (due.length === 0) return
    await renewLeases(db, due, termMs)
    for (const token of due) if (renewedAt.has(token)) renewedAt.set(token, now)
  }
  // Twice in each third, so that a lease is renewed with at least half of its term left, and
  // retries have time.
  const timer = setInterval(() => void renew().catch(onError), termMs / 6).unref()

  return {
    async hold(work) {
      const lease = { holder, token: randomUUID(), termMs }
      renewedAt.set(lease.token, performance.now())
      try {
        return await work(lease)
      } finally {
        renewedAt.delete(lease.token)
      }
    },
    renew,
    close: () => clearInterval(timer),
  }
}

// By the database's clock alone: those of the instances may differ.
const inMs = (ms: number) => sql`now() + make_interval(secs => ${ms / 1000}::float8)`

/** When a lease that is granted now expires, as an expression. */
export const expiryOf = ({ termMs }: Lease): RawBuilder<Date> => sql<Date>`${inMs(termMs)}`

// No holder could renew while the server was down: after its start, each lease lasts for one more
// term.
const serverIsSettled = sql`
  pg_postmaster_start_time() < now() - make_interval(secs => ${sql.lit(leaseMs / 1000)})
`

/** Whether the lease of a row may be taken over, as an expression. */
export const isExpired = (table: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${table}.lease_expires_at`)} <= now() and ${serverIsSettled})`

/** One statement for all leases. A token that no row has, or has any more, is no error. */
async function renewLeases(db: Db, tokens: string[], termMs: number): Promise<void> {
  await sql`
    with sagas as (
      update order_sagas set lease_expires_at = ${inMs(termMs)}
      where step <> 'ended' and lease_token = any (${tokens}::uuid[])
    )
    update idempotency_keys set lease_expires_at = ${inMs(termMs)}
    where status is null and lease_token = any (${tokens}::uuid[])
  `.execute(db)
}
