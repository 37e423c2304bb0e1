/**
 * The roles of the embedded server: a superuser that only starts it, and the owner of the lab's
 * database. Their passwords are beside the data.
 */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'

/** The passwords of one embedded server. */
export type Credentials = {
  /** Of the superuser, which only the start of the server uses. */
  admin: string
  /** Of the role that owns the lab's database. */
  owner: string
}

// Hexadecimal needs no escaping in a URL or in SQL.
const newPassword = () => randomBytes(24).toString('hex')

/**
 * Reads the passwords of the server with its data in `folder`; generates them the first time. Only
 * their owner can read the file.
 * @throws Error naming the file if it cannot be read
 */
export async function credentialsOf(folder: string): Promise<Credentials> {
  const file = join(folder, 'credentials.json')
  const drawn = JSON.stringify({ admin: newPassword(), owner: newPassword() })
  try {
    await writeFile(file, drawn, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const { admin, owner } = JSON.parse(await readFile(file, 'utf8')) as Partial<Credentials>
  if (!admin || !owner) throw new Error(`${file} does not contain the passwords of the database`)
  return { admin, owner }
}

/** The superuser. */
export const admin = 'postgres'
const owner = 'dbuser'
const database = 'microservices_db'

export type Roles = {
  /** The lab's database, as its owner. */
  url: string
  /** The server as its superuser. */
  adminUrl: string
}

/**
 * Creates the lab's database and its owner, which is not a superuser, unless they exist.
 * @throws Error if the passwords are not those of the server
 */
export async function prepareRoles(port: number, credentials: Credentials): Promise<Roles> {
  const server = `127.0.0.1:${port}`
  const adminUrl = `postgresql://${admin}:${credentials.admin}@${server}/postgres`
  const client = new Client({ connectionString: adminUrl })
  await client.connect().catch(explainRefusal)
  try {
    // The server does not log failed statements, because they may contain a password.
    await client.query('set log_min_error_statement = panic')
    await makeOwner(client, credentials.owner)
    await makeDatabase(client)
  } finally {
    await client.end()
  }
  return { url: `postgresql://${owner}:${credentials.owner}@${server}/${database}`, adminUrl }
}

// "Invalid password", also for a role that does not exist.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const invalidPassword = '28P01'

function explainRefusal(error: Error & { code?: string }): never {
  if (error.code !== invalidPassword) throw error
  throw new Error(
    'PostgreSQL rejects the passwords in credentials.json, the file beside its data. ' +
      'Restore that file, or remove both to begin with an empty database',
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
