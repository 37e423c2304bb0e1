/** What an installation takes on disk. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, figureOf } from '../figure.ts'

const blockBytes = 512

/** Bytes on disk of a folder; a file with several names counts once. */
export async function diskBytes(folder: string, seen = new Set<number>()): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const { ino, blocks } = await lstat(path)
    if (!seen.has(ino)) bytes += blocks * blockBytes
    seen.add(ino)
    if (entry.isDirectory()) bytes += await diskBytes(path, seen)
  }
  return bytes
}

/** node_modules as it is; after `npm ci` that is what a user gets. */
export async function size(): Promise<Figure[]> {
  const bytes = await diskBytes(fileURLToPath(new URL('../../node_modules', import.meta.url)))
  const target = { of: 'ours', atMost: 300 } as const
  return [
    figureOf({ part: 'size', measure: 'node_modules', unit: 'MB', ours: [bytes / 1e6], target }),
  ]
}
