/** The parts of docker-compose-sync.yml and of .env.example that follow from the model. */
import {
  containerOf,
  containerPort,
  containerUrl,
  type FunctionName,
  functionNames,
  services,
  urlVariable,
} from '../model/services.ts'
import { settingNames, settingOf } from '../model/settings.ts'

/** A variable of compose with its default. */
export const variable = (name: string, value: string | number) => `\${${name}:-${value}}`

/** The part of compose that only the container of one function has. */
const extras: Partial<Record<FunctionName, string[]>> = {
  report: [
    '# 40 slots of 10 s each keep two CPUs busy for 200 s; a queued request may start 30 s later.',
    `cpus: ${variable('REPORT_CPUS', '2')}`,
    `mem_limit: ${variable('REPORT_MEMORY', '512m')}`,
    `stop_grace_period: ${variable('REPORT_STOP_GRACE_PERIOD', '300s')}`,
  ],
}

/** The settings that a container takes from compose's environment; an empty one counts as unset. */
export const composeSettings = (): string =>
  settingNames
    .filter((name) => !settingOf(name).fixed)
    .map((name) => `${name}: ${variable(name, '')}`)
    .join('\n')

const addresses = (names: readonly FunctionName[]) =>
  names.map((name) => `${urlVariable(name)}: ${containerUrl(name)}`)

/** The addresses of all services, for a client in the same network. */
export const serviceAddresses = (): string => addresses(functionNames).join('\n')

/** The environment of a function's container. */
export function environmentOf(name: FunctionName): string[] {
  const { calls, database } = services[name]
  if (calls.length === 0 && !database) return [`environment: { <<: *settings, FUNCTION: ${name} }`]
  const merged = database ? '[*settings, *database]' : '*settings'
  const lines = [`<<: ${merged}`, `FUNCTION: ${name}`, ...addresses(calls)]
  return ['environment:', ...lines.map((line) => `  ${line}`)]
}

function dependencies(name: FunctionName): string[] {
  const { calls, database } = services[name]
  const needed = [
    ...(database ? ['postgres'] : []),
    ...calls.map((callee) => services[callee].name),
  ]
  const lines = needed.map((service) => `  ${service}: { condition: service_healthy }`)
  return lines.length > 0 ? ['depends_on:', ...lines] : []
}

/** The variable that holds the port of a service on the host. */
export const portVariable = (name: FunctionName): string =>
  `${services[name].name.toUpperCase()}_PORT`

function service(name: FunctionName): string {
  const address = variable('BIND_ADDRESS', '127.0.0.1')
  const port = variable(portVariable(name), services[name].port)
  const lines = [
    '<<: *function',
    `container_name: ${containerOf(name)}`,
    ...environmentOf(name),
    `ports: ['${address}:${port}:${containerPort}']`,
    ...dependencies(name),
    ...(extras[name] ?? []),
  ]
  return [`${services[name].name}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** One container for each function. */
export const composeServices = (): string => functionNames.map(service).join('\n\n')

/** .env.example: every setting with its default, commented out. */
export const exampleSettings = (): string =>
  settingNames
    .filter((name) => !settingOf(name).fixed)
    .flatMap((name) => {
      const { default: value, defaultText } = settingOf(name)
      return value === undefined ? [`# Empty: ${defaultText}.`, `#${name}=`] : [`#${name}=${value}`]
    })
    .join('\n')

/** .env.example: the port of every service on the host. */
export const examplePorts = (): string =>
  functionNames.map((name) => `#${portVariable(name)}=${services[name].port}`).join('\n')
