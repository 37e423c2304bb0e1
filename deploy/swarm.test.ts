import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { functionNames, services } from '../model/services.ts'
import { type StyleName, styles } from '../model/styles.ts'
import packageJson from '../package.json' with { type: 'json' }
import { type ComposeService, composeService } from '../tests/compose-file.ts'

type Limits = { cpus: string; memory: string; pids?: number }
type SwarmService = ComposeService & { deploy: { resources: { limits: Limits } } }

const read = (file: string) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  return (parse(text, { merge: true }) as { services: Record<string, SwarmService> }).services
}

const stacks: Record<StyleName, Record<string, SwarmService>> = {
  sync: read('swarm.yml'),
  async: read('swarm-async.yml'),
}

const commonOf = (service: ComposeService) => {
  const { command, environment, healthcheck, logging, stop_grace_period, user } = service
  return { command, environment, healthcheck, logging, stop_grace_period, user }
}

/** Compose's service in the words of Swarm. */
function expected(name: string, style: StyleName) {
  const service = composeService(name, style)
  const { image, cpus, mem_limit: memory, pids_limit: pids } = service
  return { ...commonOf(service), image, limits: { cpus: String(cpus), memory, pids } }
}

function found(name: string, style: StyleName) {
  const service = stacks[style][name] as SwarmService
  return { ...commonOf(service), image: service.image, limits: service.deploy.resources.limits }
}

describe.each(Object.keys(styles) as StyleName[])('in the stack of %s', (style) => {
  test.each(['postgres', 'prometheus', 'grafana', 'cadvisor'])('%s is that of compose', (name) => {
    expect(found(name, style)).toEqual(expected(name, style))
  })

  test.each(functionNames)('the %s function is that of compose', (name) => {
    const service = services[name].name
    expect(found(service, style)).toEqual({
      ...expected(service, style),
      image: `\${LOCKSTEP_IMAGE:-lockstep:${packageJson.version}}`,
    })
  })
})

test('RabbitMQ is that of compose', () => {
  expect(found('rabbitmq', 'async')).toEqual(expected('rabbitmq', 'async'))
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
