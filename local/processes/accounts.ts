/** The accounts of servers: a lab that runs as root starts them as ordinary users. */
import { createHash } from 'node:crypto'
import { chown, lstat, mkdir, stat } from 'node:fs/promises'
import { dirname, join, parse, resolve } from 'node:path'
import { execute } from './execute.ts'

/** The account of a server; an empty one is that of this process. */
export type Account = { uid?: number; gid?: number }

/** The current user; for root the account with that name, which is created if it is missing. */
export async function ordinaryAccount(name = 'postgres'): Promise<Account> {
  if (process.getuid?.() !== 0) return {}
  const id = async (flag: string) => Number((await execute('id', [flag, name])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    await execute('useradd', ['--system', '--user-group', '--no-create-home', name])
    return { uid: await id('-u'), gid: await id('-g') }
  }
}

/** Makes an account the owner of a file or a folder. */
export async function giveTo({ uid, gid }: Account, path: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

/**
 * The folder itself; if the account cannot enter it, another one, always the same for that folder.
 */
export async function reachableFolder(folder: string, { uid }: Account): Promise<string> {
  if (uid === undefined || (await isOpen(folder))) return folder
  const key = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12)
  const substitute = join(sharedFolder, `lockstep-data-${key}`)
  await mkdir(substitute, { recursive: true })
  // Any account can create a folder of this name.
  const found = await lstat(substitute)
  if (!found.isDirectory() || ![process.getuid?.(), uid].includes(found.uid))
    throw new Error(`${substitute} belongs to another account: remove it`)
  return substitute
}

/** Survives a restart of the machine, and every account can enter it. */
export const sharedFolder = '/var/tmp'

/** Whether every account can enter every folder above a path. */
export async function isOpen(path: string): Promise<boolean> {
  for (let folder = dirname(resolve(path)); folder !== parse(folder).root; folder = dirname(folder))
    if (((await stat(folder)).mode & 0o001) === 0) return false
  return true
}
