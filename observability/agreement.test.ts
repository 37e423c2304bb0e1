import { readFile } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenarios } from '../model/scenarios.ts'
import {
  containerPort,
  firstPortOf,
  functionNames,
  hasDatabase,
  portOf,
  services,
  urlVariable,
} from '../model/services.ts'
import { passedSettings } from '../model/settings.ts'
import { type StyleName, styles } from '../model/styles.ts'
import { loadApp } from '../runtime/apps.ts'
import { dashboardFileOf } from './grafana/dashboard.ts'
import { datasource } from './grafana/panel.ts'

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8')

type ComposeService = {
  container_name: string
  ports: string[]
  environment: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
}

const files = {
  sync: await read('docker-compose-sync.yml'),
  async: await read('docker-compose-async.yml'),
}
const styleNames: StyleName[] = ['sync', 'async']
const servicesOf = (style: StyleName) =>
  parse(files[style], { merge: true }).services as Record<string, ComposeService>

test.each(styleNames)(
  '%s: compose runs every service with its name, port and addresses',
  (style) => {
    const compose = servicesOf(style)
    for (const name of functionNames) {
      const { name: service, calls } = services[name]
      const callees = style === 'sync' ? calls : []
      const database = hasDatabase(name, style)
      const {
        container_name,
        ports,
        environment,
        depends_on = {},
      } = compose[service] ?? expect.fail(service)
      expect(container_name).toBe(`${service}_${style}`)
      expect(ports).toHaveLength(1)
      expect(ports[0]).toMatch(new RegExp(`:-${portOf(name, firstPortOf(styles[style]))}}:8000$`))
      expect(environment.FUNCTION).toBe(name)
      expect(environment.STYLE ?? 'sync').toBe(style)
      const addresses = Object.keys(environment).filter((key) => key.endsWith('_SERVICE_URL'))
      expect(addresses.sort()).toEqual(callees.map(urlVariable).sort())
      for (const callee of callees)
        expect(environment[urlVariable(callee)]).toBe(`http://${services[callee].name}:8000`)
      expect('DATABASE_URL' in environment).toBe(database)
      const needed = [
        ...callees.map((callee) => services[callee].name),
        ...(database ? ['postgres'] : []),
      ]
      expect(Object.keys(depends_on).sort()).toEqual(needed.sort())
    }
    const functions = Object.values(compose).filter(
      ({ environment }) => environment?.FUNCTION !== undefined,
    )
    expect(functions).toHaveLength(functionNames.length)
  },
)

test('both stacks run side by side', () => {
  const [sync, async] = styleNames.map((style) => {
    const { name, ...compose } = parse(files[style], { merge: true })
    const stack = Object.values(compose.services) as ComposeService[]
    const ports = stack.flatMap(({ ports = [] }) => ports.map((port) => port.split(':-').at(-1)))
    const variables = [...files[style].matchAll(/\$\{(\w+_PORT):/g)].map(([, variable]) => variable)
    const containers = stack.flatMap(({ container_name = [] }) => container_name)
    return [name, ...containers, ...ports, ...variables]
  })
  expect(sync).toHaveLength(1 + 3 * 14)
  expect(sync?.filter((own) => async?.includes(own))).toEqual([])
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
  for (const style of styleNames) {
    const { grafana, prometheus } = servicesOf(style)
    const folder = fileURLToPath(new URL('.', dashboardFileOf(style)))
    const root = fileURLToPath(new URL('..', import.meta.url))
    expect(grafana?.volumes).toContain(
      `./${relative(root, folder)}:${providers.providers[0].options.path}:ro`,
    )
    expect(grafana?.environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH).toBe(
      `${providers.providers[0].options.path}/${basename(dashboardFileOf(style).pathname)}`,
    )
    expect(grafana?.volumes).toContain(
      './observability/grafana/provisioning:/etc/grafana/provisioning:ro',
    )
    expect(prometheus?.volumes).toContain('./observability/prometheus:/etc/prometheus:ro')
  }
})

test.each(styleNames)(
  '%s: compose and .env.example have every setting of a container',
  async (style) => {
    const example = await read('.env.example')
    for (const name of passedSettings(style))
      expect(servicesOf(style).userservice?.environment[name], name).toBe(`\${${name}:-}`)
    for (const [, variable] of files[style].matchAll(/\$\{(\w+):-/g))
      expect(example).toMatch(new RegExp(`^#? ?${variable}=`, 'm'))
  },
)

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
  expect(files.sync).toContain(`/dev/tcp/127.0.0.1/${containerPort};`)
})
