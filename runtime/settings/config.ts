import { z } from 'zod'
import { findUrlProblem } from '../../db/connection/database-url.ts'
import { escapeControls } from '../../formats/escape-controls.ts'
import {
  callsOf,
  type FunctionName,
  functionNames,
  hasDatabase,
  urlVariable,
} from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { findBrokerUrlProblem } from '../messaging/rabbitmq/broker-url.ts'
import { type Settings, settingSchemas } from './setting-schemas.ts'
import { readTraceSettings, type TraceSettings, traceSchemas } from './trace-settings.ts'

/**
 * One container's configuration: its function, its settings, and the addresses of its dependencies.
 */
export type Config = Settings & {
  FUNCTION: FunctionName
  DATABASE_URL?: string
  /** One or several, if `BROKER` is no embedded one. */
  BROKER_URL?: string
  urls: Partial<Record<FunctionName, string>>
  /** How spans are exported; `undefined` if they are not. */
  traces: TraceSettings | undefined
}

/** Names every missing or invalid variable, one per line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

type Environment = Record<string, string | undefined>

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL such as http://emailservice:8000',
})

const databaseUrl = z
  .string('must be a URL such as postgresql://user:password@host:5432/database')
  .superRefine((text, context) => {
    const problem = findUrlProblem(text)
    if (problem) context.addIssue(problem)
  })

const brokerUrl = z
  .string('must be a URL such as amqp://user:password@host:5672, or several with commas')
  .superRefine((text, context) => {
    const problem = findBrokerUrlProblem(text)
    if (problem) context.addIssue(problem)
  })

type Needs = { FUNCTION: FunctionName; STYLE: StyleName; BROKER: Settings['BROKER'] }

/** The schemas of variables without a default: the addresses of what a function needs. */
const addressesOf = ({
  FUNCTION: name,
  STYLE: style,
  BROKER,
}: Needs): Record<string, z.ZodType> => ({
  ...(hasDatabase(name, style) && { DATABASE_URL: databaseUrl }),
  ...(style === 'async' && BROKER === 'rabbitmq' && { BROKER_URL: brokerUrl }),
  ...Object.fromEntries(callsOf(name, style).map((callee) => [urlVariable(callee), httpUrl])),
})

// Compose passes an unset variable as an empty string.
const withoutEmpty = (environment: Environment) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))

function parse<S extends z.ZodType>(schema: S, environment: Environment): z.output<S> {
  const result = schema.safeParse(environment)
  if (result.success) return result.data
  throw new ConfigError(
    result.error.issues.map((issue) => describeIssue(issue, environment)).join('\n'),
  )
}

function describeIssue({ path, message }: z.core.$ZodIssue, environment: Environment): string {
  const name = String(path[0])
  const value = environment[name]
  // A password is not shown.
  const plain = escapeControls(value ?? '').replace(/\/\/[^/@]*@/, '//')
  const shown = /^(DATABASE|BROKER)_URL$|_HEADERS$/.test(name) ? '' : ` "${plain}"`
  return value === undefined
    ? `${name} is missing: ${message}`
    : `${name}${shown} is invalid: ${message}`
}

/**
 * Reads the settings of every function.
 * @throws ConfigError naming each variable that is invalid
 */
export const parseSettings = (environment: Environment): Settings =>
  parseAll(withoutEmpty(environment)) as Settings

const parseAll = (set: Environment, addresses: Record<string, z.ZodType> = {}) =>
  parse(settingSchemas.extend({ ...addresses, ...traceSchemas(set) }), set)

/**
 * Reads DATABASE_URL, if it is set.
 * @throws ConfigError if it is invalid
 */
export const parseDatabaseUrl = (environment: Environment): string | undefined =>
  parse(z.object({ DATABASE_URL: databaseUrl.optional() }), withoutEmpty(environment)).DATABASE_URL

/**
 * Reads one container's environment.
 * @throws ConfigError naming each variable that is missing or wrong
 */
export function parseConfig(environment: Environment): Config {
  const set = withoutEmpty(environment)
  const functionName = z.enum(functionNames, {
    error: `must be one of ${functionNames.join(', ')}`,
  })
  const needs = parse(
    settingSchemas.pick({ STYLE: true, BROKER: true }).extend({ FUNCTION: functionName }),
    set,
  ) as Needs
  const { FUNCTION, STYLE } = needs
  const all = parseAll(set, addressesOf(needs)) as unknown as Settings & Record<string, string>
  const urls = Object.fromEntries(
    callsOf(FUNCTION, STYLE).map((callee) => [callee, all[urlVariable(callee)]]),
  )
  return { ...all, FUNCTION, urls, traces: readTraceSettings(set) }
}
