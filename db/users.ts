import { countRows } from './count-rows.ts'
import { noteSubject, type OperationKey } from './idempotency.ts'
import type { Db, Page, User } from './schema.ts'

/** Inserts a user, and notes it with the operation that asked for it; `undefined` where the address is taken. */
export async function insertUser(db: Db, email: string, operation?: OperationKey): Promise<User | undefined> {
  const insert = db
    .insertInto('users')
    .values({ email })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
  if (!operation) return insert.executeTakeFirst()
  return db
    .with('made', () => insert)
    .with('noted', (query) => noteSubject(query, operation))
    .selectFrom('made')
    .selectAll()
    .executeTakeFirst()
}

/** A user by id. */
export const findUser = (db: Db, id: number): Promise<User | undefined> =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()

/** One page of users, ordered by id. */
export const listUsers = (db: Db, { limit, after }: Page): Promise<User[]> =>
  db.selectFrom('users').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()

/** The number of all users. */
export const countUsers = (db: Db): Promise<number> => countRows(db, 'users')
