/** Work that was accepted and that its client asks for by the job's id. */
import { sql } from 'kysely'
import type { Job } from '../message-tables.ts'
import type { Db } from '../schema.ts'

export const insertJob = (db: Db, id: string): Promise<unknown> =>
  db.insertInto('jobs').values({ id }).execute()

/**
 * Begins a job. One that is processing or completed stays as it is; a failed one begins again, since
 * its message was put back.
 */
export const beginJob = (db: Db, id: string): Promise<unknown> =>
  db
    .updateTable('jobs')
    .set({ status: 'processing', reason: null, completed_at: null })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'failed'])
    .execute()

/** Completes a job with its result, which becomes JSON. A completed one stays as it is. */
export const completeJob = (db: Db, id: string, result: object): Promise<unknown> =>
  db
    .updateTable('jobs')
    .set({
      status: 'completed',
      result: JSON.stringify(result),
      reason: null,
      completed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .where('status', '<>', 'completed')
    .execute()

/** Fails a job whose message was given up. A completed one stays as it is. */
export const failJob = (db: Db, id: string, reason: string): Promise<unknown> =>
  db
    .updateTable('jobs')
    .set({ status: 'failed', reason, completed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'processing'])
    .execute()

export const findJob = (db: Db, id: string): Promise<Job | undefined> =>
  db
    .selectFrom('jobs')
    .select(['id', 'status', 'result', 'reason', 'accepted_at', 'completed_at'])
    .where('id', '=', id)
    .executeTakeFirst()
