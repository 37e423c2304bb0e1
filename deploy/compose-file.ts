/** docker-compose-sync.yml as data, its anchors resolved, and the image that it builds. */
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
  volumes?: string[]
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

const compose = parse(read('docker-compose-sync.yml'), { merge: true }) as {
  services: Record<string, ComposeService>
}

const { version } = JSON.parse(read('package.json')) as { version: string }

/** The image of all functions, as `docker build --tag` names it. */
export const functionImage = `lockstep:${version}`

/** @throws Error if compose has no such service */
export function composeService(name: string): ComposeService {
  const service = compose.services[name]
  if (!service) throw new Error(`docker-compose-sync.yml has no service ${name}`)
  return service
}

/** @throws Error if compose names no image of the service */
export function imageOf(name: string): string {
  const { image } = composeService(name)
  if (!image) throw new Error(`docker-compose-sync.yml names no image of ${name}`)
  return image
}
