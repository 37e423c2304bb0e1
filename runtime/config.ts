import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { paymentOutcome } from '../functions/order/contract.ts'
import { reportBudget } from '../functions/report/contract.ts'
import { faultSpec } from './fault-spec.ts'
import { type FunctionName, functionNames, services, urlVariable } from './services.ts'

const wholeNumber = (lowest: number, highest = 2_147_483_647) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `must be a whole number from ${lowest} to ${highest}`)
    .transform(Number)
    .pipe(z.number().min(lowest).max(highest))

const seconds = z
  .string()
  .regex(/^\d{1,6}(\.\d+)?$/, 'must be a number of seconds, such as 10 or 0.5')
  .transform(Number)

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be a URL such as http://emailservice:8000',
})

/** What goes wrong on purpose, by function, as JSON. */
const faultsByFunction = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue('must be JSON such as {"email":{"latency":"400"}}')
      return z.NEVER
    }
  })
  .pipe(z.partialRecord(z.enum(functionNames), faultSpec))

/** Every setting of a container but the addresses that its function needs; CONTRACT-level names, defaults and units. */
const settings = z.object({
  HOST: z.string().default('0.0.0.0'),
  PORT: wholeNumber(0, 65_535).default(8000),
  EMAIL_DELAY_MS: wholeNumber(0).default(500),
  PAYMENT_DELAY_MS: wholeNumber(0).default(2000),
  REPORT_CPU_SECONDS: seconds.default(10),
  REPORT_BUDGET: reportBudget.default('cpu'),
  PAYMENT_OUTCOME: paymentOutcome.default('fail'),
  CONCURRENCY: wholeNumber(1, 100_000).default(40),
  QUEUE_LIMIT: wholeNumber(0, 1_000_000).default(1000),
  QUEUE_TIMEOUT_MS: wholeNumber(1).default(30_000),
  REPORT_WORKERS: wholeNumber(1, 1024).default(availableParallelism),
  DB_POOL_MAX: wholeNumber(1, 1000).default(10),
  DB_POOL_TIMEOUT_MS: wholeNumber(1).default(5000),
  CALL_TIMEOUT_MS: wholeNumber(1).default(10_000),
  FAULTS: faultsByFunction.default({}),
  FAULT_SWITCH: z.enum(['off', 'on']).default('off'),
  RECOVERY_INTERVAL_MS: wholeNumber(1).default(1000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

/** The environment variables of the settings. */
export const settingNames = Object.keys(settings.shape)

export type Settings = z.infer<typeof settings>

/** The settings that are one of a few words: they decide what a measurement has measured, as numbers do. */
export const choices = [
  'REPORT_BUDGET',
  'PAYMENT_OUTCOME',
  'FAULT_SWITCH',
  'LOG_LEVEL',
] as const satisfies (keyof Settings)[]

/** One container's configuration: its function, its settings, and the addresses of what the function needs. */
export type Config = Settings & {
  FUNCTION: FunctionName
  DATABASE_URL?: string
  urls: Partial<Record<FunctionName, string>>
}

/** Names every variable that is missing or wrong, a line each. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

type Environment = Record<string, string | undefined>

const databaseUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must be a URL such as postgresql://user:password@host:5432/database',
})

/** The schema of what one function cannot guess: where its database is and where to call. */
const addressesOf = (name: FunctionName) =>
  z.object({
    ...(services[name].database && { DATABASE_URL: databaseUrl }),
    ...Object.fromEntries(services[name].calls.map((callee) => [urlVariable(callee), httpUrl])),
  })

// Compose hands over a variable that nobody set as an empty string.
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
  // A database URL carries a password: it is named, never shown.
  const shown = name === 'DATABASE_URL' ? '' : ` "${value}"`
  return value === undefined
    ? `${name} is missing: ${message}`
    : `${name}${shown} is wrong: ${message}`
}

/**
 * Reads the settings that need no particular function.
 * @throws ConfigError naming each variable that is wrong
 */
export const parseSettings = (environment: Environment): Settings =>
  parse(settings, withoutEmpty(environment))

/**
 * Reads one container's environment.
 * @throws ConfigError naming each variable that is missing or wrong
 */
export function parseConfig(environment: Environment): Config {
  const set = withoutEmpty(environment)
  const functionName = z.enum(functionNames, {
    error: `must be one of ${functionNames.join(', ')}`,
  })
  const { FUNCTION } = parse(z.object({ FUNCTION: functionName }), set)
  const all = parse(settings.extend(addressesOf(FUNCTION).shape), set) as Settings &
    Record<string, string>
  const urls = Object.fromEntries(
    services[FUNCTION].calls.map((callee) => [callee, all[urlVariable(callee)]]),
  )
  return { ...all, FUNCTION, urls }
}
