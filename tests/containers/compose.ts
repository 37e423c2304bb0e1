import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs `docker` and returns what it printed. */
export const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { maxBuffer: 1 << 24 })).stdout.trim()

/** Runs `docker compose` on the lab. */
export const compose = (...args: string[]): Promise<string> =>
  docker('compose', '-f', 'docker-compose-sync.yml', ...args)
