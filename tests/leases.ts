import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { vi } from 'vitest'
import type { Db } from '../db/schema.ts'
import { type Lease, leaseMs } from '../db/work/leases.ts'

/** The lease of a crashed instance: it expires as soon as it is granted. */
export const expiredLease = (): Lease => ({ holder: 70, token: randomUUID(), termMs: 0 })

/** The lease of an instance that outlives every test. */
export const liveLease = (): Lease => ({ holder: 71, token: randomUUID(), termMs: 600_000 })

/** Resolves when the server has run long enough for leases to expire. */
export async function untilLeasesExpire(db: Db): Promise<void> {
  const isSettled = async () => {
    const { rows } = await sql<{ settled: boolean }>`
      select pg_postmaster_start_time() <
        now() - make_interval(secs => ${sql.lit(leaseMs / 1000)}) as settled
    `.execute(db)
    return rows[0]?.settled === true
  }
  await vi.waitUntil(isSettled, { timeout: 10_000 })
}
