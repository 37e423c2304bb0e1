import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type StyleName, styles } from '../../model/styles.ts'

const run = promisify(execFile)

/** The style of the stack under test. */
export const style = (process.env.STYLE ?? 'sync') as StyleName

/** Runs `docker` and returns what it printed. */
export const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { maxBuffer: 1 << 24 })).stdout.trim()

/** Runs `docker compose` on the lab. */
export const compose = (...args: string[]): Promise<string> =>
  docker('compose', '-f', styles[style].composeFile, ...args)
