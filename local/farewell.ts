import { join, relative } from 'node:path'
import { services } from '../model/services.ts'
import type { StartOptions } from './start-options.ts'

function tourCommand(firstPort: number, baseUrl: string): string {
  const options = [
    ...(baseUrl === 'http://localhost' ? [] : [`--base-url ${baseUrl}`]),
    ...(firstPort === services.user.port ? [] : [`--first-port ${firstPort}`]),
  ]
  return ['npm run tour', ...(options.length > 0 ? ['--', ...options] : [])].join(' ')
}

/** What a user can do with a lab that is up. */
export const farewell = (
  { firstPort, ephemeral }: StartOptions,
  folder: string,
  baseUrl: string,
) => `
The lab stays up. Ctrl-C ends it; ${ephemeral ? 'its data is thrown away then' : 'its data stays'}.
  documentation   ${baseUrl}:${firstPort}/docs, and so on each port
  metrics         ${baseUrl}:${firstPort}/metrics
  logs            ${relative('', join(folder, 'logs'))}, one JSON line per request
  again           ${tourCommand(firstPort, baseUrl)}`
