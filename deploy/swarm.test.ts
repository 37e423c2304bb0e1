import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { functionNames, services } from '../model/services.ts'
import packageJson from '../package.json' with { type: 'json' }
import { type ComposeService, composeService } from '../tests/compose-file.ts'

type Limits = { cpus: string; memory: string; pids?: number }
type SwarmService = ComposeService & { deploy: { resources: { limits: Limits } } }

const text = readFileSync(new URL('swarm.yml', import.meta.url), 'utf8')
const swarm = parse(text, { merge: true }) as { services: Record<string, SwarmService> }

const commonOf = (service: ComposeService) => {
  const { command, environment, healthcheck, logging, stop_grace_period, user } = service
  return { command, environment, healthcheck, logging, stop_grace_period, user }
}

/** Compose's service in the words of Swarm. */
function expected(name: string) {
  const service = composeService(name)
  const { image, cpus, mem_limit: memory, pids_limit: pids } = service
  return { ...commonOf(service), image, limits: { cpus: String(cpus), memory, pids } }
}

function found(name: string) {
  const service = swarm.services[name] as SwarmService
  return { ...commonOf(service), image: service.image, limits: service.deploy.resources.limits }
}

test.each(['postgres', 'prometheus', 'grafana', 'cadvisor'])('%s is that of compose', (name) => {
  expect(found(name)).toEqual(expected(name))
})

test.each(functionNames)('the %s function is that of compose', (name) => {
  const service = services[name].name
  const { healthcheck, ...compose } = expected(service)
  expect(found(service)).toEqual({
    ...compose,
    image: `\${LOCKSTEP_IMAGE:-lockstep:${packageJson.version}}`,
    // A new replica is found ready sooner.
    healthcheck: { ...healthcheck, interval: '2s' },
  })
})

test('the entrance has room for a hundred replicas of each service', () => {
  const entrance = readFileSync(new URL('swarm/haproxy.cfg', import.meta.url), 'utf8')
  const slots = [...entrance.matchAll(/server-template (\w+) (\d+) /g)]
  expect(slots.map(([, service, count]) => [service, count])).toEqual(
    functionNames.map((name) => [services[name].name, '100']),
  )
  const bytes = Number(/accepted_payload_size (\d+)/.exec(entrance)?.[1])
  // Docker repeats the name before each address: a length, the name, its end, 14 bytes of address.
  for (const [, service] of slots)
    expect(bytes).toBeGreaterThan(100 * (`tasks.${service}`.length + 2 + 14) + 100)
})
