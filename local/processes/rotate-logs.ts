import { ftruncateSync } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const keptStarts = 3
const keptBytes = 10 * 1024 * 1024
const watchMs = 10_000
const chunkBytes = 1024 * 1024

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

/**
 * Bounds logs while they are written, files or folders of files: one that has grown to twice `bytes`
 * is cut to its last `bytes`. Its writer must append to it.
 * @returns a function that ends it
 */
export function boundLogs(paths: readonly string[], { bytes = keptBytes, everyMs = watchMs } = {}) {
  const bound = async (file: string) => {
    if ((await stat(file)).size >= 2 * bytes) await cutTo(file, bytes)
  }
  const boundAll = async () => {
    // What cannot be cut now may be cut later; the lab goes on.
    for (const path of paths)
      await filesIn(path)
        .then((files) => Promise.allSettled(files.map(bound)))
        .catch(() => {})
  }
  let isBusy = false
  const timer = setInterval(async () => {
    // Two cuts of one file at a time would write its end twice.
    if (isBusy) return
    isBusy = true
    await boundAll()
    isBusy = false
  }, everyMs).unref()
  return () => clearInterval(timer)
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

/**
 * Keeps the whole lines at the end of a file. Lines that are written to it meanwhile come before
 * them; one in the microseconds between the last read and the cut is lost.
 */
async function cutTo(file: string, bytes: number): Promise<void> {
  await using handle = await open(file, 'a+')
  const { size } = await handle.stat()
  if (size <= bytes) return
  const tail = await readFrom(handle, size - bytes)
  ftruncateSync(handle.fd)
  await handle.appendFile(tail.subarray(tail.indexOf('\n') + 1))
}

/** Reads to the end, although the file grows. */
async function readFrom(handle: FileHandle, start: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at)
    if (bytesRead === 0) return Buffer.concat(chunks)
    chunks.push(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
}
