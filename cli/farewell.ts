import { join, relative } from 'node:path'
import type { StartOptions } from '../local/start-options.ts'
import type { ReadyLab } from '../local/starter.ts'
import { firstPort as defaultFirstPort } from '../model/services.ts'

function tourCommand({ baseUrl, firstPort }: ReadyLab): string {
  const options: string[] = []
  if (baseUrl !== 'http://localhost') options.push(`--base-url ${baseUrl}`)
  if (firstPort !== defaultFirstPort) options.push(`--first-port ${firstPort}`)
  return ['npm run tour', ...(options.length > 0 ? ['--'] : []), ...options].join(' ')
}

/** The message of a running lab: how to stop it, and its addresses. */
export const farewell = (lab: ReadyLab, { ephemeral }: StartOptions): string => `
The lab is running. Ctrl-C stops it and ${ephemeral ? 'deletes' : 'keeps'} its data.
  documentation   ${lab.baseUrl}:${lab.firstPort}/docs, and the same on each port
  metrics         ${lab.baseUrl}:${lab.firstPort}/metrics
  logs            ${relative('', join(lab.folder, 'logs'))}, one JSON line per request
  tour            ${tourCommand(lab)}`
