import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates the folder of a file, and tries to write the file: a measurement whose result cannot be
 * kept must not begin. A file that exists stays as it is.
 * @throws Error naming the option or the purpose, and the file
 */
export async function tryFile(name: string, file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, '\n', { flag: 'wx' }).then(
      () => rm(file),
      async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
        await (await open(file, 'a')).close()
      },
    )
  } catch (error) {
    throw new Error(`${name} cannot be written to ${file}: ${(error as Error).message}`)
  }
}
