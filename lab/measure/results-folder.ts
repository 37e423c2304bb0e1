/**
 * The folder of one measurement. Each part is written when it is done, so a crash loses one run at
 * most.
 */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunResult } from '../measurement.ts'

/** Replaces a file as a whole, so that a crash leaves the old one. */
async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content)
  await rename(`${file}.new`, file)
}

/**
 * Opens a folder of results, and creates it unless told otherwise.
 * @throws Error if the folder cannot be created
 */
export async function openResults(folder: string, { create = true } = {}) {
  const runsFolder = join(folder, 'runs')
  if (create) await mkdir(runsFolder, { recursive: true })
  const fileOf = (id: string) => join(runsFolder, `${id}.json`)
  return {
    folder,
    /** Stores a value under a name; the folder then holds `<name>.json`. */
    write: (name: string, value: unknown) =>
      replaceFile(join(folder, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`),
    writeText: (name: string, text: string) => replaceFile(join(folder, name), text),
    /** The value under a name; `undefined` if there is none. */
    read: async <T>(name: string): Promise<T | undefined> => readJson(join(folder, `${name}.json`)),
    writeRun: (run: RunResult) => replaceFile(fileOf(run.id), JSON.stringify(run)),
    readRun: (id: string): Promise<RunResult | undefined> => readJson(fileOf(id)),
    async readRuns(): Promise<RunResult[]> {
      const names = await readdir(runsFolder).catch(() => [])
      const files = names.filter((name) => name.endsWith('.json'))
      const runs = files.map((file) => readJson<RunResult>(join(runsFolder, file)))
      return (await Promise.all(runs)).filter((run) => run !== undefined)
    },
  }
}

export type Results = Awaited<ReturnType<typeof openResults>>

/** @throws SyntaxError if the file is no JSON */
async function readJson<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  return text === undefined ? undefined : (JSON.parse(text) as T)
}
