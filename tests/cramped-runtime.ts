import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { serviceRuntime } from './setup/runtime.ts'

/**
 * Writes a program that runs a service whose files have room for a few dozen lines, as on a full
 * disk; not for Windows.
 */
export async function writeCrampedRuntime(folder: string): Promise<string> {
  const program = join(folder, 'runtime.sh')
  await writeFile(program, `#!/bin/sh\nulimit -f 16\nexec "${await serviceRuntime()}" "$@"\n`)
  await chmod(program, 0o755)
  return program
}
