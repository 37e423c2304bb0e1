/** Whether a database can be used, checked before anything in it changes. */

import { sql } from 'kysely'
import { migrationNames } from '../migrate.ts'
import type { Db } from '../schema.ts'
import { expectedTables } from '../schema.ts'
import { connect } from './connect.ts'
import { DatabaseProblem, explainProblem, readOnlyWords } from './database-problem.ts'
import { addressOf } from './database-url.ts'

/**
 * The oldest major version of PostgreSQL that the migrations run on: gen_random_uuid() came with
 * it.
 */
export const oldestPostgres = 13

const timeoutMs = 5000

export type CheckOptions = {
  /** The oldest major version that is accepted. */
  oldest?: number
}

/**
 * Checks what a database must have, on a connection of its own.
 * @throws DatabaseProblem in words that name the reason and the variable
 */
export async function checkDatabase(url: string, options: CheckOptions = {}): Promise<void> {
  const { db, close } = connect({ url, max: 1, timeoutMs, statementTimeoutMs: timeoutMs })
  try {
    await checkContents(db, url, options)
  } finally {
    await close()
  }
}

/**
 * Checks what a database must have: a version, a schema to write to, and tables that are ours or
 * none.
 * @returns whether it has the newest schema
 * @throws DatabaseProblem in words that name the reason and the variable
 */
export async function checkContents(
  db: Db,
  url: string,
  options: CheckOptions = {},
): Promise<boolean> {
  try {
    const words = await findServerProblem(db, url, options)
    const { problem = words, isNewest } = words ? { isNewest: false } : await checkTables(db)
    if (problem) throw new DatabaseProblem(problem, { permanent: true })
    return isNewest
  } catch (error) {
    throw explainProblem(error, url)
  }
}

type ServerState = { version: number; read_only: boolean }

async function findServerProblem(
  db: Db,
  url: string,
  { oldest = oldestPostgres }: CheckOptions,
): Promise<string | undefined> {
  const { server } = addressOf(url)
  const { rows } = await sql<ServerState>`
    select current_setting('server_version_num')::integer / 10000 as version,
      current_setting('transaction_read_only')::boolean as read_only
  `.execute(db)
  const { version = 0, read_only } = rows[0] ?? {}
  if (version < oldest)
    return `the server at ${server} is PostgreSQL ${version}. Use ${oldest} or newer.`
  if (read_only) return readOnlyWords({ server })
  return undefined
}

type Columns = Map<string, readonly string[]>

/** The tables as they are, and the migrations that were done. */
type Tables = { present: Columns; done: string[] }

type CheckedTables = {
  /** Whether no migration is missing. */
  isNewest: boolean
  /** What is wrong, in words. */
  problem: string | undefined
}

/** Checks the tables of a database. */
export async function checkTables(db: Db): Promise<CheckedTables> {
  const tables = await readTables(db)
  const isNewest = tables.done.length === migrationNames.length
  return { isNewest, problem: await findTableProblem(db, tables) }
}

async function findTableProblem(db: Db, { present, done }: Tables): Promise<string | undefined> {
  const unknown = done.find((name) => !migrationNames.includes(name))
  if (unknown)
    return (
      `the database has a migration "${unknown}" that this version does not know: ` +
      'another program uses it, or a newer version has. Name another database.'
    )
  if (done.length === migrationNames.length) return findLack(present)
  const foreign = Object.keys(expectedTables).find((table) => present.has(table))
  if (done.length === 0 && foreign)
    return (
      `the database has a table "${foreign}" that is not ours. Name another database, ` +
      'or remove the table.'
    )
  return findMissingPrivilege(db)
}

/**
 * In one snapshot: another instance may migrate meanwhile, and its tables must not be seen without
 * its migrations.
 */
const readTables = (db: Db): Promise<Tables> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const present = await readColumns(transaction)
      const isMigrated = present.has('kysely_migration')
      return { present, done: isMigrated ? await listMigrations(transaction) : [] }
    })

async function readColumns(db: Db): Promise<Columns> {
  const { rows } = await sql<{ table: string; columns: string[] }>`
    select relname::text as table, array_agg(attname::text) as columns
    from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and relkind in ('r', 'p', 'v', 'm', 'f')
    group by relname
  `.execute(db)
  return new Map(rows.map(({ table, columns }) => [table, columns]))
}

async function listMigrations(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name)
}

function findLack(present: Columns): string | undefined {
  for (const [table, columns] of Object.entries(expectedTables)) {
    const lacking = columns.find((column) => !present.get(table)?.includes(column))
    if (lacking)
      return (
        `the table "${table}" of the database lacks the column "${lacking}": it is not ` +
        'ours any more. Name another database, or restore it.'
      )
  }
  return undefined
}

async function findMissingPrivilege(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ user: string; schema: string | null; granted: boolean }>`
    select current_user as user, current_schema() as schema,
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as granted
  `.execute(db)
  const { user, schema, granted } = rows[0] ?? {}
  if (granted) return undefined
  const target = schema ?? 'public'
  return (
    `"${user}" may not create tables in the schema "${target}". Run: grant usage, ` +
    `create on schema ${target} to "${user}"`
  )
}
