/** The parts of swarm.yml, and of the configuration of its entrance, that follow from the model. */
import { containerPort, type FunctionName, functionNames, services } from '../model/services.ts'
import { environmentOf, portVariable, variable } from './compose.ts'

/** The limits of compose that are not those of every function. */
const extras: Partial<Record<FunctionName, string[]>> = {
  report: [
    `stop_grace_period: ${variable('REPORT_STOP_GRACE_PERIOD', '300s')}`,
    'deploy:',
    '  <<: *function-deploy',
    '  resources:',
    `    limits: { cpus: '${variable('REPORT_CPUS', '2')}', memory: '${variable('REPORT_MEMORY', '512m')}', pids: 256 }`,
  ],
}

/** A service for each function. */
export const swarmServices = (): string =>
  functionNames
    .map((name) => {
      const lines = ['<<: *function', ...environmentOf(name), ...(extras[name] ?? [])]
      return [`${services[name].name}:`, ...lines.map((line) => `  ${line}`)].join('\n')
    })
    .join('\n\n')

/** The ports of the entrance. */
export const entrancePorts = (): string =>
  functionNames
    .map((name) => {
      const { name: service, port } = services[name]
      const published = variable(portVariable(service), port)
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
