import { sql } from 'kysely'
import { type Places, prepare } from '../connection/prepare.ts'
import { type Db, expectedTables, type Page, type User } from '../schema.ts'
import { heldClaim, noteSubject, type Operation } from '../work/idempotency.ts'
import { LeaseLostError } from '../work/leases.ts'
import { countRows } from './count-rows.ts'

const insert = prepare((db, { email }: Places<{ email: string }>) =>
  db
    .insertInto('users')
    .values({ email })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning(expectedTables.users),
)

/**
 * Inserts a user, and stores its id with the operation.
 * @returns `undefined` if the address is taken
 * @throws LeaseLostError if the operation was taken over
 */
export async function insertUser(
  db: Db,
  email: string,
  operation?: Operation,
): Promise<User | undefined> {
  if (!operation) return (await insert(db, { email })).rows[0]
  const { rows } = await sql<User | { id: null }>`
    with mine as (${heldClaim(operation)}), made as (
      insert into users (email) select ${email} from mine on conflict (email) do nothing
      returning id, email
    ), noted as (${noteSubject(operation)})
    select made.* from mine left join made on true
  `.execute(db)
  const [made] = rows
  if (!made) throw new LeaseLostError()
  return made.id === null ? undefined : made
}

export const findUser = (db: Db, id: number): Promise<User | undefined> =>
  db.selectFrom('users').select(expectedTables.users).where('id', '=', id).executeTakeFirst()

export const listUsers = (db: Db, { limit, after }: Page): Promise<User[]> =>
  db
    .selectFrom('users')
    .select(expectedTables.users)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()

export const countUsers = (db: Db): Promise<number> => countRows(db, 'users')
