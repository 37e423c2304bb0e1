/** docker-compose-sync.yml as data, its anchors resolved. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

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

const text = readFileSync(new URL('../docker-compose-sync.yml', import.meta.url), 'utf8')
const compose = parse(text, { merge: true }) as { services: Record<string, ComposeService> }

/** @throws Error if compose has no such service */
export function composeService(name: string): ComposeService {
  const service = compose.services[name]
  if (!service) throw new Error(`docker-compose-sync.yml has no service ${name}`)
  return service
}
