import { countRows } from './count-rows.ts'
import type { Db, Page, User } from './schema.ts'

/** Inserts a user; `undefined` where the address is taken. */
export const insertUser = (db: Db, email: string): Promise<User | undefined> =>
  db
    .insertInto('users')
    .values({ email })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()

/** One page of users, ordered by id. */
export const listUsers = (db: Db, { limit, after }: Page): Promise<User[]> =>
  db.selectFrom('users').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()

/** The number of all users. */
export const countUsers = (db: Db): Promise<number> => countRows(db, 'users')
