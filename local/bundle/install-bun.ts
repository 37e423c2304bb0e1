/**
 * Downloads the pinned Bun, which is too large for `npm ci`. As a program, it prints the path of
 * Bun.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { execute } from '../processes/execute.ts'

// By a slow network.
const limitMs = 600_000
const folder = fileURLToPath(new URL('bun', import.meta.url))
// The package gives its program this name on every system.
const program = fileURLToPath(new URL('bun/node_modules/bun/bin/bun.exe', import.meta.url))

/**
 * Installs the Bun of `local/bundle/bun/package-lock.json` if it is missing.
 * @returns the path of its program
 * @throws Error with npm's own message if the download fails
 */
export async function installBun(): Promise<string> {
  if (existsSync(program)) return program
  // On Windows npm is a script, which only a shell can start.
  const options = { cwd: folder, shell: process.platform === 'win32', limitMs }
  await execute('npm', ['ci', '--no-audit', '--no-fund'], options).catch(
    (error: Error & { stderr?: string }) => {
      throw new Error(`Bun could not be downloaded: ${error.stderr?.trim() || error.message}`)
    },
  )
  return program
}

if (import.meta.main) console.log(await installBun())
