import type { Setting } from './setting.ts'
import { maxInteger } from './setting.ts'

/** How a container is run: faults, recovery, retention, traces and logs. */
export const operationSettings = {
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
  ALLOWED_HOSTS: {
    kind: 'hosts',
    default: '',
    defaultText: 'none',
    help:
      'names under which browsers may reach the services, separated by commas; `.example.com` ' +
      'has all its subdomains, `*` allows all',
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
    help:
      'how long responses to an `Idempotency-Key`, ended sagas, ended jobs and records of handled ' +
      'messages are kept',
    readBy: ['user', 'order'],
  },
  STYLE: {
    kind: 'choice',
    default: 'sync',
    choices: ['sync', 'async'],
    help: 'how services communicate: by calls that wait, or by messages',
    fixed: true,
  },
  BROKER: {
    kind: 'choice',
    default: 'embedded',
    choices: ['embedded', 'rabbitmq'],
    help: 'where messages wait: `embedded` is PostgreSQL; `rabbitmq` needs `BROKER_URL`',
    style: 'async',
  },
  BACKLOG_LIMIT: {
    kind: 'integer',
    default: 100_000,
    least: 0,
    most: maxInteger,
    help: 'messages that may wait before requests are refused; 0 is unlimited',
    style: 'async',
  },
  SAGA_LIMIT_SECONDS: {
    kind: 'integer',
    default: 300,
    least: 1,
    most: maxInteger,
    help: 'how long an order may be pending before it counts as stuck',
    style: 'async',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    kind: 'text',
    default: '',
    help:
      'a collector of OTLP over HTTP, such as `http://localhost:4318`; if empty, no ' +
      'spans are exported ([further variables](monitoring.md#traces))',
  },
  LOG_LEVEL: {
    kind: 'choice',
    default: 'info',
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    help: 'the least severe level that is logged',
  },
} as const satisfies Record<string, Setting>
