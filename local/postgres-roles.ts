/** Who may do what on the embedded server: a superuser that only starts it, and the owner of the lab's database. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Credentials } from './credentials.ts'

/** The superuser. */
export const admin = 'postgres'
const owner = 'dbuser'
const database = 'microservices_db'

/** The roles of versions that had one, a superuser with a password that everybody knows. */
const earlier = { user: owner, password: 'dbpass' }
const migrator = 'lockstep_migrator'

type Login = { user: string; password: string; database?: string }

const urlOf = (port: number, { user, password, database: name = 'postgres' }: Login) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`

/** Runs statements as a role. A statement that fails stays out of the server's log, as it may hold a password. */
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
 * Makes the lab's database and its owner, who is no superuser. Data of earlier versions is handed over to that owner.
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

// "Invalid password", also for a role that does not exist. https://www.postgresql.org/docs/current/errcodes-appendix.html
const isRefused = (error: unknown) => (error as { code?: string }).code === '28P01'

/**
 * Until now the owner was the superuser that the server was made with, and that one cannot be anything less. So it gets another
 * name, by a third role, as no role may rename itself.
 */
async function dethroneOwner(port: number, { admin: password }: Credentials): Promise<void> {
  const drawn = randomBytes(24).toString('hex')
  await runAs(urlOf(port, earlier), async (client) => {
    await client.query(`drop role if exists ${migrator}`)
    await client.query(`create role ${migrator} superuser login password '${drawn}'`)
  }).catch((error) => {
    if (!isRefused(error)) throw error
    throw new Error(
      'PostgreSQL does not take the passwords of credentials.json, which stands beside its data. Restore that file, or remove both to begin with an empty database',
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

/** Gives the tables of earlier versions to the owner, and the database last, so that a start that was cut off is made up for. */
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
