import type { Setting } from './setting.ts'
import { maxInteger } from './setting.ts'

/** How much work a container takes on, and how long anything in it waits. */
export const capacitySettings = {
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
} as const satisfies Record<string, Setting>
