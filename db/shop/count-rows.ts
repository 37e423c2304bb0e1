import type { Database, Db } from '../schema.ts'

// PostgreSQL counts in `bigint`, which pg returns as text.
export async function countRows(db: Db, table: keyof Database): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
