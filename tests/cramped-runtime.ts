import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serviceRuntime } from './setup/runtime.ts'

/**
 * Writes a program that runs a service whose files have room for so many bytes, by default a few
 * dozen lines, as on a full disk; not for Windows.
 */
export async function writeCrampedRuntime(folder: string, bytes = 8192): Promise<string> {
  const program = join(folder, 'runtime.sh')
  const limit = `ulimit -f ${bytes / 512}`
  await writeFile(program, `#!/bin/sh\n${limit}\nexec "${await serviceRuntime()}" "$@"\n`)
  await chmod(program, 0o755)
  return program
}
