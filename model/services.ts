/**
 * The services of the lab: the one table that compose, scrape jobs, clients and documentation
 * derive from.
 */
import type { EventName, QueueName } from './messages.ts'
import { type Style, type StyleName, styles } from './styles.ts'

export type Service = {
  /** The name in compose, in Prometheus (`job`) and in `/health`. */
  name: string
  /** The port on the host. Inside a container every service listens on 8000. */
  port: number
  /** Its scenarios. */
  scenarios: readonly number[]
  /** What it does, in one line. */
  does: string
  /**
   * Whether its work needs PostgreSQL. In the asynchronous style every function has it, for its
   * inbox.
   */
  database: boolean
  /** The functions that it calls. Each becomes a client in `c.env` and a `…_SERVICE_URL`. */
  calls: readonly FunctionName[]
  /** The queues that it consumes in the asynchronous style. */
  consumes: readonly QueueName[]
  /** The events that it publishes in the asynchronous style. */
  publishes: readonly EventName[]
  /** Whether it computes on worker threads. */
  workers?: boolean
  /** Whether interrupted work must be resumable: its process then holds a lease. */
  resumable?: boolean
  /** The log level of a request that succeeded. */
  logLevel?: 'info' | 'debug'
}

// `calls` is checked against the names of the table below, when `services` widens it.
type Row = Omit<Service, 'calls'> & { calls: readonly string[] }

const table = {
  user: {
    name: 'userservice',
    port: 8001,
    scenarios: [1],
    does: 'registers a user, then waits for the e-mail',
    database: true,
    calls: ['email'],
    consumes: [],
    publishes: ['UserRegistered'],
    resumable: true,
  },
  payment: {
    name: 'paymentservice',
    port: 8002,
    scenarios: [2, 5],
    does: 'waits 2 s for an external API, or refuses at once',
    database: false,
    calls: [],
    consumes: ['payment_initiated_queue', 'payment_completed_queue', 'stock_reserved_queue'],
    publishes: ['PaymentInitiated', 'PaymentCompleted', 'PaymentFailed', 'OrderPaid'],
  },
  product: {
    name: 'productservice',
    port: 8003,
    scenarios: [3],
    does: 'updates a product, then calls three services in turn',
    database: true,
    calls: ['search', 'cache', 'analytics'],
    consumes: [],
    publishes: ['ProductUpdated'],
  },
  report: {
    name: 'reportservice',
    port: 8004,
    scenarios: [4],
    does: 'burns 10 s of CPU time on a worker thread',
    database: false,
    calls: [],
    consumes: ['report_job_queue'],
    publishes: ['GenerateReportJob', 'ReportGenerated'],
    workers: true,
  },
  order: {
    name: 'orderservice',
    port: 8005,
    scenarios: [5],
    does: 'runs the saga: reserve, pay, compensate',
    database: true,
    calls: ['payment', 'inventory'],
    consumes: [
      'stock_rejected_queue',
      'order_paid_queue',
      'order_payment_failed_queue',
      'stock_released_queue',
    ],
    publishes: ['OrderCreated'],
    resumable: true,
  },
  analytics: {
    name: 'analyticsservice',
    port: 8006,
    scenarios: [3, 6],
    does: 'records updates and clicks',
    database: false,
    calls: [],
    consumes: ['analytics_product_updates_queue', 'click_tracked_queue'],
    publishes: ['ClickTracked'],
    logLevel: 'debug',
  },
  email: {
    name: 'emailservice',
    port: 8007,
    scenarios: [1],
    does: 'waits 500 ms for a simulated mail server',
    database: false,
    calls: [],
    consumes: ['user_registered_queue'],
    publishes: [],
  },
  search: {
    name: 'searchservice',
    port: 8008,
    scenarios: [3],
    does: 're-indexes a product',
    database: false,
    calls: [],
    consumes: ['search_product_updates_queue'],
    publishes: [],
  },
  cache: {
    name: 'cacheservice',
    port: 8009,
    scenarios: [3],
    does: 'invalidates a cached product',
    database: false,
    calls: [],
    consumes: ['cache_product_updates_queue'],
    publishes: [],
  },
  inventory: {
    name: 'inventoryservice',
    port: 8010,
    scenarios: [5],
    does: 'reserves stock and releases it',
    database: true,
    calls: [],
    consumes: ['order_created_queue', 'inventory_payment_failed_queue'],
    publishes: ['StockReserved', 'StockRejected', 'StockReleased'],
  },
} as const satisfies Record<string, Row>

export type FunctionName = keyof typeof table

/** One row with its literal types, from which the compiler derives a function's bindings. */
export type RowOf<N extends FunctionName> = (typeof table)[N]

export const services: Record<FunctionName, Service> = table

/** Every function, in the order of the ports. */
export const functionNames = Object.keys(table) as FunctionName[]

/** The port that every service listens on inside its container. */
export const containerPort = 8000

/** The port of the first service of a style; the others follow it. */
export const firstPortOf = ({ portOffset }: Style): number => services.user.port + portOffset

export const firstPort = firstPortOf(styles.sync)

/** Whether a function has PostgreSQL in a style. */
export const hasDatabase = (name: FunctionName, style: StyleName): boolean =>
  style === 'async' || services[name].database

/** The functions that a function calls in a style. In the asynchronous style none waits for another. */
export const callsOf = (name: FunctionName, style: StyleName): readonly FunctionName[] =>
  style === 'async' ? [] : services[name].calls

/** The port of a service in a lab whose first service listens on `first`. */
export const portOf = (name: FunctionName, first: number): number =>
  first + services[name].port - services.user.port

/** The highest value of `first` that leaves every service a valid port. */
export const highestFirstPort =
  65_535 - Math.max(...functionNames.map((name) => services[name].port - services.user.port))

/** The environment variable that holds the address of a function. */
export const urlVariable = (name: FunctionName): string => `${name.toUpperCase()}_SERVICE_URL`

/** The container of a service. */
export const containerOf = (name: FunctionName, { suffix }: Style = styles.sync): string =>
  services[name].name + suffix

/** The address of a service inside the compose network. */
export const containerUrl = (name: FunctionName): string =>
  `http://${services[name].name}:${containerPort}`
