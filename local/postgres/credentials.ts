import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

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
