/** The compose files as data, their anchors resolved. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type StyleName, styles } from '../model/styles.ts'

export type ComposeService = {
  image?: string
  user?: string
  command?: string[]
  environment?: Record<string, string>
  cpus: string
  mem_limit: string
  pids_limit?: number
  stop_grace_period?: string
  healthcheck: object
  logging: object
}

type Services = Record<string, ComposeService>

function read(file: string): Services {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
  return (parse(text, { merge: true }) as { services: Services }).services
}

/** @throws Error if the compose file of the style has no such service */
export function composeService(name: string, style: StyleName = 'sync'): ComposeService {
  const { composeFile } = styles[style]
  const service = read(composeFile)[name]
  if (!service) throw new Error(`${composeFile} has no service ${name}`)
  return service
}
