/** The images, under the names that compose and package.json have. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

const { version } = JSON.parse(read('package.json')) as { version: string }

type Compose = { services: Record<string, { image: string }> }

const compose = parse(read('docker-compose-sync.yml'), { merge: true }) as Compose

/** The image of all functions, as `docker build --tag` names it. */
export const functionImage = `lockstep:${version}`

/** The image of another service of compose. */
export function imageOf(service: 'postgres' | 'prometheus' | 'k6'): string {
  const { image } = compose.services[service] ?? {}
  if (!image) throw new Error(`docker-compose-sync.yml names no image of ${service}`)
  return image
}
