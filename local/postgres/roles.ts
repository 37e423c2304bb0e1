/**
 * The roles of the embedded server: a superuser that only starts it, and the owner of the lab's
 * database.
 */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Credentials } from './credentials.ts'

/** The superuser. */
export const admin = 'postgres'
const owner = 'dbuser'
const database = 'microservices_db'

/** The role of earlier versions: a superuser with a well-known password. */
const earlier = { user: owner, password: 'dbpass' }
const migrator = 'lockstep_migrator'

type Login = { user: string; password: string; database?: string }

const urlOf = (port: number, { user, password, database: name = 'postgres' }: Login) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`

/**
 * Runs statements as a role. The server does not log failed ones, because they may contain a
 * password.
 */
async function runAs<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set log_min_error_statement = panic')
    return await work(client)
  } finally {
    await client.end()
  }
}

export type Roles = {
  /** The lab's database, as its owner. */
  url: string
  /** The server as its superuser. */
  adminUrl: string
}

/**
 * Creates the lab's database and its owner, which is not a superuser. Data of earlier versions is
 * transferred to that owner.
 * @throws Error if the passwords are not those of the server
 */
export async function prepareRoles(port: number, credentials: Credentials): Promise<Roles> {
  const adminUrl = urlOf(port, { user: admin, password: credentials.admin })
  await runAs(adminUrl, async () => {}).catch(async (error) => {
    if (!isRefused(error)) throw error
    await dethroneOwner(port, credentials)
  })
  await runAs(adminUrl, async (client) => {
    await client.query(`drop role if exists ${migrator}`)
    await makeOwner(client, credentials.owner)
    await makeDatabase(client)
  })
  const inDatabase = urlOf(port, { user: admin, password: credentials.admin, database })
  await runAs(inDatabase, handOver)
  const url = urlOf(port, { user: owner, password: credentials.owner, database })
  return { url, adminUrl }
}

// "Invalid password", also for a role that does not exist.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const isRefused = (error: unknown) => (error as { code?: string }).code === '28P01'

/**
 * In earlier versions the owner is the initial superuser, which cannot be demoted. So it gets
 * another name, from a third role, because no role can rename itself.
 */
async function dethroneOwner(port: number, { admin: password }: Credentials): Promise<void> {
  const drawn = randomBytes(24).toString('hex')
  await runAs(urlOf(port, earlier), async (client) => {
    await client.query(`drop role if exists ${migrator}`)
    await client.query(`create role ${migrator} superuser login password '${drawn}'`)
  }).catch((error) => {
    if (!isRefused(error)) throw error
    throw new Error(
      'PostgreSQL rejects the passwords in credentials.json, the file beside its data. ' +
        'Restore that file, or remove both to begin with an empty database',
    )
  })
  await runAs(urlOf(port, { user: migrator, password: drawn }), (client) =>
    // One message, one transaction.
    client.query(
      `alter role ${owner} rename to ${admin}; alter role ${admin} password '${password}'`,
    ),
  )
}

async function makeOwner(client: Client, password: string): Promise<void> {
  const { rowCount } = await client.query(`select from pg_roles where rolname = '${owner}'`)
  const verb = rowCount === 0 ? 'create' : 'alter'
  await client.query(
    `${verb} role ${owner} login nosuperuser nocreatedb nocreaterole password '${password}'`,
  )
}

async function makeDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query(`select from pg_database where datname = '${database}'`)
  if (rowCount === 0) await client.query(`create database ${database} owner ${owner}`)
}

/**
 * Transfers the tables of earlier versions to the owner, and the database last, so that the next
 * start repeats an interrupted transfer.
 */
async function handOver(client: Client): Promise<void> {
  const { rowCount } = await client.query(
    `select from pg_database where datname = current_database() and datdba = '${owner}'::regrole`,
  )
  if (rowCount === 1) return
  const { rows } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class as relation
     where relnamespace = 'public'::regnamespace and relowner = '${admin}'::regrole
       and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and not exists (select from pg_depend where objid = relation.oid and deptype in ('a', 'i'))`,
  )
  for (const { name } of rows) await client.query(`alter table ${name} owner to ${owner}`)
  await client.query(`alter database ${database} owner to ${owner}`)
}
