/** The settings of a container: environment variables, their defaults, units and readers. */
import type { FunctionName } from './services.ts'

type Facts = {
  /** One line of help. */
  help: string
  /** The functions that read it in `c.env`; without it, the container reads it. */
  readBy?: readonly FunctionName[]
  /** The text of a default that is not a constant. */
  defaultText?: string
  /** Set by whatever starts the container, so it is not passed through by compose. */
  fixed?: boolean
}

/** A whole number from `least` to `most`. */
type Integer = { kind: 'integer'; default?: number; least: number; most: number; unit?: 'ms' | 'h' }
/** A decimal number of seconds. */
type Seconds = { kind: 'seconds'; default: number }
type Choice = { kind: 'choice'; default: string; choices: readonly string[] }
type Text = { kind: 'text'; default: string }
/** Origins of web pages, separated by commas. */
type Origins = { kind: 'origins'; default: string }
/** JSON that a schema of the runtime checks. */
type Json = { kind: 'json'; default: string; example: string }

export type Setting = Facts & (Integer | Seconds | Choice | Text | Origins | Json)

const maxInteger = 2_147_483_647

export const settings = {
  HOST: {
    kind: 'text',
    default: '0.0.0.0',
    help: 'the address to listen on; `npm start` uses 127.0.0.1 by default',
    fixed: true,
  },
  PORT: {
    kind: 'integer',
    default: 8000,
    least: 0,
    most: 65_535,
    help: 'the port to listen on',
    fixed: true,
  },
  EMAIL_DELAY_MS: {
    kind: 'integer',
    default: 500,
    least: 0,
    most: maxInteger,
    unit: 'ms',
    help: 'how long the mail server takes',
    readBy: ['email'],
  },
  PAYMENT_DELAY_MS: {
    kind: 'integer',
    default: 2000,
    least: 0,
    most: maxInteger,
    unit: 'ms',
    help: 'how long the external payment API takes',
    readBy: ['payment'],
  },
  REPORT_CPU_SECONDS: {
    kind: 'seconds',
    default: 10,
    help: 'the work of one report, in seconds',
    readBy: ['report'],
  },
  REPORT_BUDGET: {
    kind: 'choice',
    default: 'cpu',
    choices: ['cpu', 'wall'],
    help: 'the clock of `REPORT_CPU_SECONDS`: CPU time, or `wall` time as in the study',
    readBy: ['report'],
  },
  PAYMENT_OUTCOME: {
    kind: 'choice',
    default: 'fail',
    choices: ['fail', 'succeed'],
    help: "how the saga's payment ends",
    readBy: ['order'],
  },
  CONCURRENCY: {
    kind: 'integer',
    default: 40,
    least: 1,
    most: 100_000,
    help: 'slots: requests that one container works on at once',
  },
  QUEUE_LIMIT: {
    kind: 'integer',
    default: 1000,
    least: 0,
    most: 1_000_000,
    help: 'requests that may wait for a slot',
  },
  QUEUE_TIMEOUT_MS: {
    kind: 'integer',
    default: 30_000,
    least: 1,
    most: maxInteger,
    unit: 'ms',
    help: 'how long a request may wait for a slot',
  },
  LOOP_WAIT_LIMIT_MS: {
    kind: 'integer',
    default: 250,
    least: 0,
    most: maxInteger,
    unit: 'ms',
    help: 'how long a request may wait for the event loop; 0 is unlimited',
  },
  BODY_TIMEOUT_MS: {
    kind: 'integer',
    default: 10_000,
    least: 1,
    most: 1_000_000_000,
    unit: 'ms',
    help: 'how long the headers of a request may take to arrive, and how long its body',
  },
  BODY_BUFFER_BYTES: {
    kind: 'integer',
    default: 33_554_432,
    least: 1,
    most: maxInteger,
    help: 'memory for the bodies of all requests in progress',
  },
  REPORT_WORKERS: {
    kind: 'integer',
    defaultText: 'cores',
    least: 1,
    most: 1024,
    help: 'worker threads of the report service; with `REPORT_BUDGET=wall` up to `CONCURRENCY`',
  },
  DB_POOL_MAX: {
    kind: 'integer',
    default: 10,
    least: 1,
    most: 1000,
    help: 'database connections of one container',
  },
  DB_POOL_TIMEOUT_MS: {
    kind: 'integer',
    default: 5000,
    least: 1,
    most: maxInteger,
    unit: 'ms',
    help: 'how long a query waits for a connection',
  },
  CALL_TIMEOUT_MS: {
    kind: 'integer',
    default: 10_000,
    least: 1,
    most: maxInteger,
    unit: 'ms',
    help: 'the limit of one call to another service',
  },
  FAULTS: {
    kind: 'json',
    default: '{}',
    example: '{"email":{"latency":"400"}}',
    help: 'injected faults by function',
  },
  FAULT_SWITCH: {
    kind: 'choice',
    default: 'off',
    choices: ['off', 'on'],
    help: '`on` lets `npm run fault` change faults while a container runs',
  },
  CORS_ORIGINS: {
    kind: 'origins',
    default: '',
    defaultText: 'none',
    help: 'origins whose web pages may use the services, separated by commas; `*` allows all',
  },
  RECOVERY_INTERVAL_MS: {
    kind: 'integer',
    default: 1000,
    least: 1,
    most: maxInteger,
    unit: 'ms',
    help: 'how often to look for unfinished orders',
  },
  RETENTION_HOURS: {
    kind: 'integer',
    default: 24,
    least: 1,
    most: 87_600,
    unit: 'h',
    help: 'how long responses to an `Idempotency-Key` and ended sagas are kept',
    readBy: ['user', 'order'],
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    kind: 'text',
    default: '',
    help: 'a collector of OTLP over HTTP, such as `http://localhost:4318`; if empty, no spans are exported',
  },
  LOG_LEVEL: {
    kind: 'choice',
    default: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    help: 'the least severe level that is logged',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as SettingName[]

/** A setting without its literal types, for code that handles all settings alike. */
export const settingOf = (name: SettingName): Setting => settings[name]

type Literal<S extends SettingName> = (typeof settings)[S]

/** The value of a setting once it is parsed. */
export type SettingValue<S extends SettingName> = Literal<S>['kind'] extends 'integer' | 'seconds'
  ? number
  : Literal<S> extends { choices: readonly (infer C)[] }
    ? C
    : string

/** The settings that a function reads, by name. */
export type SettingsOf<N extends FunctionName> = {
  [S in SettingName as Literal<S> extends { readBy: readonly (infer F)[] }
    ? N extends F
      ? S
      : never
    : never]: SettingValue<S>
}

/** The names of the settings that a function reads. */
export const settingsReadBy = (name: FunctionName): SettingName[] =>
  settingNames.filter((setting) => settingOf(setting).readBy?.includes(name))
