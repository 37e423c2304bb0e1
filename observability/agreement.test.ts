import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenarios } from '../model/scenarios.ts'
import { containerPort, functionNames, services, urlVariable } from '../model/services.ts'
import { settingNames, settingOf } from '../model/settings.ts'
import { loadApp } from '../runtime/apps.ts'
import { datasource } from './grafana/panel.ts'

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8')

type ComposeService = {
  container_name: string
  ports: string[]
  environment: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
}

const compose = parse(await read('docker-compose-sync.yml'), { merge: true }) as {
  services: Record<string, ComposeService>
}

test('compose runs every service with its name, port and addresses', () => {
  for (const name of functionNames) {
    const { name: service, port, calls, database } = services[name]
    const {
      container_name,
      ports,
      environment,
      depends_on = {},
    } = compose.services[service] ?? expect.fail(service)
    expect(container_name).toBe(`${service}_sync`)
    expect(ports).toHaveLength(1)
    expect(ports[0]).toMatch(new RegExp(`:-${port}}:8000$`))
    expect(environment.FUNCTION).toBe(name)
    for (const callee of calls)
      expect(environment[urlVariable(callee)]).toBe(`http://${services[callee].name}:8000`)
    expect('DATABASE_URL' in environment).toBe(database)
    const needed = [
      ...calls.map((callee) => services[callee].name),
      ...(database ? ['postgres'] : []),
    ]
    expect(Object.keys(depends_on).sort()).toEqual(needed.sort())
  }
  const functions = Object.values(compose.services).filter(
    ({ environment }) => environment?.FUNCTION !== undefined,
  )
  expect(functions).toHaveLength(functionNames.length)
})

test('every scenario uses a route and a status of its contract', async () => {
  for (const { function: name, method, route, status } of scenarios) {
    const routes = (await loadApp(name)).openAPIRegistry.definitions.flatMap((it) =>
      it.type === 'route' ? [it.route] : [],
    )
    const found = routes.find(
      (candidate) => candidate.method === method.toLowerCase() && candidate.path === route,
    )
    expect(Object.keys(found?.responses ?? {}), `${method} ${route}`).toContain(String(status))
  }
})

test('data source, mounts and provider paths agree', async () => {
  const sources = parse(await read('observability/grafana/provisioning/datasources/prometheus.yml'))
  expect(sources.datasources).toMatchObject([
    { uid: datasource.uid, type: datasource.type, url: 'http://prometheus:9090' },
  ])
  const providers = parse(await read('observability/grafana/provisioning/dashboards/lockstep.yml'))
  const volumes = compose.services.grafana?.volumes ?? []
  expect(volumes).toContain(
    `./observability/grafana/dashboards:${providers.providers[0].options.path}:ro`,
  )
  expect(volumes).toContain('./observability/grafana/provisioning:/etc/grafana/provisioning:ro')
  expect(compose.services.prometheus?.volumes).toContain(
    './observability/prometheus:/etc/prometheus:ro',
  )
})

test('compose and .env.example have every setting of a container', async () => {
  const example = await read('.env.example')
  const text = await read('docker-compose-sync.yml')
  for (const name of settingNames.filter((name) => !settingOf(name).fixed))
    expect(compose.services.userservice?.environment[name], name).toBe(`\${${name}:-}`)
  for (const [, variable] of text.matchAll(/\$\{(\w+):-/g))
    expect(example).toMatch(new RegExp(`^#? ?${variable}=`, 'm'))
})

test('containers and npm start use the same V8 flags', async () => {
  const [, list = ''] =
    /nodeFlags = \[([^\]]+)\]/.exec(await read('local/processes/process.ts')) ?? []
  const flags = [...list.matchAll(/'(--[^']+)'/g)].map(([, flag]) => `"${flag}", `).join('')
  expect(flags).not.toBe('')
  expect(await read('Dockerfile')).toContain(`CMD ["node", ${flags}"bundle/runtime/main.js"]`)
})

test('the image and its health check use the port of a container', async () => {
  const dockerfile = await read('Dockerfile')
  const exposed = [...dockerfile.matchAll(/^EXPOSE (\d+)$/gm)].map(([, port]) => Number(port))
  expect(exposed).toEqual([containerPort, containerPort])
  expect(await read('docker-compose-sync.yml')).toContain(`/dev/tcp/127.0.0.1/${containerPort};`)
})
