import { open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const keptStarts = 3
const keptBytes = 10 * 1024 * 1024

/**
 * Rotates the log of the previous start, a file or a folder of files: `logs` becomes `logs.1`,
 * `logs.1` becomes `logs.2`. Keeps three, and the last 10 MiB of each file.
 */
export async function rotateLogs(path: string, { bytes = keptBytes } = {}): Promise<void> {
  // Nothing has been logged since the last rotation.
  if ((await filesIn(path)).length === 0) return
  await rm(`${path}.${keptStarts}`, { recursive: true, force: true })
  for (let age = keptStarts - 1; age > 0; age--) await move(`${path}.${age}`, `${path}.${age + 1}`)
  await move(path, `${path}.1`)
  for (const file of await filesIn(`${path}.1`)) await cutTo(file, bytes)
}

async function filesIn(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) return found ? [path] : []
  return (await readdir(path)).map((name) => join(path, name))
}

const move = (from: string, to: string) =>
  rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })

/** Keeps the whole lines at the end of a file. */
async function cutTo(file: string, bytes: number): Promise<void> {
  const { size } = await stat(file)
  if (size <= bytes) return
  const handle = await open(file)
  try {
    const tail = Buffer.alloc(bytes)
    await handle.read(tail, 0, bytes, size - bytes)
    await writeFile(file, tail.subarray(tail.indexOf('\n') + 1))
  } finally {
    await handle.close()
  }
}
