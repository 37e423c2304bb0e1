/** The parts of the compose files and of .env.example that follow from the model. */
import {
  callsOf,
  containerOf,
  containerPort,
  containerUrl,
  type FunctionName,
  firstPortOf,
  functionNames,
  hasDatabase,
  portOf,
  services,
  urlVariable,
} from '../model/services.ts'
import { passedSettings, settingNames, settingOf } from '../model/settings.ts'
import { type StyleName, styles } from '../model/styles.ts'

/** A variable of compose with its default. */
export const variable = (name: string, value: string | number) => `\${${name}:-${value}}`

const reportLimits = [
  `cpus: ${variable('REPORT_CPUS', '2')}`,
  `mem_limit: ${variable('REPORT_MEMORY', '512m')}`,
]

/** The part of compose that only the container of one function has. */
const extras: Record<StyleName, Partial<Record<FunctionName, string[]>>> = {
  sync: {
    report: [
      '# 40 slots of 10 s each keep two CPUs busy for 200 s; a queued request may start 30 s later.',
      ...reportLimits,
      `stop_grace_period: ${variable('REPORT_STOP_GRACE_PERIOD', '300s')}`,
    ],
  },
  // A report that is not ready in time is delivered again.
  async: { report: reportLimits },
}

// The synchronous style is the default.
const styleOf = (style: StyleName) => (style === 'sync' ? [] : [`STYLE: ${style}`])

/** The settings that a container takes from compose's environment; an empty one counts as unset. */
export const composeSettings = (style: StyleName = 'sync'): string =>
  [
    ...styleOf(style),
    ...passedSettings(style).map((name) => `${name}: ${variable(name, '')}`),
  ].join('\n')

const addresses = (names: readonly FunctionName[]) =>
  names.map((name) => `${urlVariable(name)}: ${containerUrl(name)}`)

/** The addresses of all services, for a client in the same network, and what it has to expect. */
export const serviceAddresses = (style: StyleName = 'sync'): string =>
  [...styleOf(style), ...addresses(functionNames)].join('\n')

/** The environment of a function's container. */
export function environmentOf(name: FunctionName, style: StyleName = 'sync'): string[] {
  const calls = callsOf(name, style)
  const database = hasDatabase(name, style)
  if (calls.length === 0 && !database) return [`environment: { <<: *settings, FUNCTION: ${name} }`]
  const merged = database ? '[*settings, *database]' : '*settings'
  const lines = [`<<: ${merged}`, `FUNCTION: ${name}`, ...addresses(calls)]
  return ['environment:', ...lines.map((line) => `  ${line}`)]
}

function dependencies(name: FunctionName, style: StyleName): string[] {
  const needed = [
    ...(hasDatabase(name, style) ? ['postgres'] : []),
    ...callsOf(name, style).map((callee) => services[callee].name),
  ]
  const lines = needed.map((service) => `  ${service}: { condition: service_healthy }`)
  return lines.length > 0 ? ['depends_on:', ...lines] : []
}

/** The variable that holds the port of a service on the host: one .env serves both styles. */
export const portVariable = (service: string, style: StyleName = 'sync'): string =>
  `${service}${style === 'sync' ? '' : styles[style].suffix}_PORT`.toUpperCase()

const hostPort = (name: FunctionName, style: StyleName) => portOf(name, firstPortOf(styles[style]))

function service(name: FunctionName, style: StyleName): string {
  const address = variable('BIND_ADDRESS', '127.0.0.1')
  const port = variable(portVariable(services[name].name, style), hostPort(name, style))
  const lines = [
    '<<: *function',
    `container_name: ${containerOf(name, styles[style])}`,
    ...environmentOf(name, style),
    `ports: ['${address}:${port}:${containerPort}']`,
    ...dependencies(name, style),
    ...(extras[style][name] ?? []),
  ]
  return [`${services[name].name}:`, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** One container for each function. */
export const composeServices = (style: StyleName = 'sync'): string =>
  functionNames.map((name) => service(name, style)).join('\n\n')

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
export const examplePorts = (style: StyleName = 'sync'): string =>
  functionNames
    .map((name) => `#${portVariable(services[name].name, style)}=${hostPort(name, style)}`)
    .join('\n')
