/**
 * The folder of one measurement. Each part is written when it is done, so a crash loses one run at
 * most. A manifest has the SHA-256 of each part, so that one that was changed later is refused.
 */
import { hash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identify, isAlive } from '../../local/processes/process-info.ts'
import type { RunResult } from '../measurement.ts'

/** The name of a part, as in `runs/baseline-alone-1`, and the digest of its file. */
type Manifest = Record<string, string>

/** Replaces a file as a whole, so that a crash leaves the old one. */
async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content)
  await rename(`${file}.new`, file)
}

const contentOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })

/** @throws Error naming the file if it holds no JSON object */
function parseObject<T>(file: string, text: string): T {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as T
  } catch {}
  throw new Error(`${file} cannot be read: it is ${text.trim() === '' ? 'empty' : 'no JSON'}`)
}

const digestOf = (text: string) => hash('sha256', text)

/**
 * Opens a folder of results, and creates it unless told otherwise.
 * @throws Error if the folder cannot be created, or its manifest cannot be read
 */
export async function openResults(folder: string, { create = true } = {}) {
  if (create) await mkdir(join(folder, 'runs'), { recursive: true })
  const fileOf = (name: string) => join(folder, `${name}.json`)
  const manifestFile = fileOf('manifest')
  const text = await contentOf(manifestFile)
  const manifest = text === undefined ? {} : parseObject<Manifest>(manifestFile, text)

  async function writePart(name: string, content: string): Promise<void> {
    await replaceFile(fileOf(name), content)
    manifest[name] = digestOf(content)
    await replaceFile(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`)
  }

  /** @throws Error naming the file if it is no JSON, or is not what was written */
  async function readPart<T>(name: string): Promise<T | undefined> {
    const content = await contentOf(fileOf(name))
    if (content === undefined) return undefined
    const value = parseObject<T>(fileOf(name), content)
    const written = manifest[name]
    if (written !== undefined && written !== digestOf(content))
      throw new Error(`${fileOf(name)} was changed after it was written`)
    return value
  }

  return {
    folder,
    /** Stores a value under a name; the folder then holds `<name>.json`. */
    write: (name: string, value: unknown) =>
      writePart(name, `${JSON.stringify(value, undefined, 2)}\n`),
    writeText: (name: string, content: string) => replaceFile(join(folder, name), content),
    read: readPart,
    writeRun: (run: RunResult) => writePart(`runs/${run.id}`, JSON.stringify(run)),
    readRun: (id: string) => readPart<RunResult>(`runs/${id}`),
    async readRuns(): Promise<RunResult[]> {
      const files = await readdir(join(folder, 'runs')).catch(() => [])
      const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5))
      const runs = await Promise.all(names.map((name) => readPart<RunResult>(`runs/${name}`)))
      return runs.filter((run) => run !== undefined)
    },
  }
}

export type Results = Awaited<ReturnType<typeof openResults>>

/**
 * Creates a folder of its own for a measurement: a further one of the same second gets a number.
 * @throws Error if it cannot be created
 */
export async function createResults(parent: string, name: string): Promise<Results> {
  await mkdir(parent, { recursive: true })
  for (let attempt = 1; ; attempt++) {
    const folder = join(parent, attempt === 1 ? name : `${name}-${attempt}`)
    const isNew = await mkdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
        return false
      },
    )
    if (isNew) return openResults(folder)
  }
}

/**
 * Takes the folder for this process; a lock of a process that has ended is taken over.
 * @returns what gives it back
 * @throws Error if another process measures into it
 */
export async function lockResults({ folder }: Results): Promise<() => Promise<void>> {
  const file = join(folder, 'lock.json')
  const mine = JSON.stringify(await identify(process.pid))
  const take = async () => {
    await using handle = await open(file, 'wx')
    await handle.writeFile(mine)
  }
  await take().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    const owner = JSON.parse((await contentOf(file)) || '{"pid":0,"started":""}')
    if (await isAlive(owner)) throw new Error(`Process ${owner.pid} measures into ${folder} now`)
    await rm(file, { force: true })
    await take()
  })
  return () => rm(file, { force: true })
}
