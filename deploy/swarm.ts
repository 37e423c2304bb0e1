/** The parts of swarm.yml, and of the configuration of its entrance, that follow from the model. */
import {
  containerPort,
  type FunctionName,
  firstPortOf,
  functionNames,
  portOf,
  services,
} from '../model/services.ts'
import { type StyleName, styles } from '../model/styles.ts'
import { environmentOf, portVariable, variable } from './compose.ts'

const cpus = variable('REPORT_CPUS', '2')
const memory = variable('REPORT_MEMORY', '512m')

const reportLimits = [
  'deploy:',
  '  <<: *function-deploy',
  '  resources:',
  `    limits: { cpus: '${cpus}', memory: '${memory}', pids: 256 }`,
]

/** What compose has for one function only. */
const extras: Record<StyleName, Partial<Record<FunctionName, string[]>>> = {
  sync: {
    report: [`stop_grace_period: ${variable('REPORT_STOP_GRACE_PERIOD', '300s')}`, ...reportLimits],
  },
  async: { report: reportLimits },
}

/** A service for each function. */
export const swarmServices = (style: StyleName = 'sync'): string =>
  functionNames
    .map((name) => {
      const own = extras[style][name] ?? []
      const lines = ['<<: *function', ...environmentOf(name, style), ...own]
      return [`${services[name].name}:`, ...lines.map((line) => `  ${line}`)].join('\n')
    })
    .join('\n\n')

/** The ports of the entrance, which are those of the synchronous style, and where it publishes them. */
export const entrancePorts = (style: StyleName = 'sync'): string =>
  functionNames
    .map((name) => {
      const { name: service, port } = services[name]
      const host = portOf(name, firstPortOf(styles[style]))
      const published = variable(portVariable(service, style), host)
      return `- { target: ${port}, published: '${published}', protocol: tcp, mode: host }`
    })
    .join('\n')

/** The most replicas of one service that the entrance can reach. */
const mostReplicas = 100

/** HAProxy's part for each function. */
export const entranceSections = (): string =>
  functionNames
    .map((name) => {
      const { name: service, port } = services[name]
      return `listen ${service}
  bind :${port}
  balance leastconn
  option httpchk GET /ready
  server-template ${service} ${mostReplicas} tasks.${service}:${containerPort} ${findAndCheck}`
    })
    .join('\n\n')

const findAndCheck =
  'resolvers docker init-addr none resolve-prefer ipv4 check inter 1s fall 1 rise 1'
