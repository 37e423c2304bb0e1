import type { Database, Db } from './schema.ts'

/** The number of rows of a table. PostgreSQL counts in `bigint`, which pg hands over as text. */
export async function countRows(db: Db, table: keyof Database): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}
