/**
 * The services of the lab: the one table that compose, scrape jobs, clients and documentation
 * derive from.
 */
import { type Style, styles } from './styles.ts'

export type Service = {
  /** The name in compose, in Prometheus (`job`) and in `/health`. */
  name: string
  /** The port on the host. Inside a container every service listens on 8000. */
  port: number
  /** Its scenarios. */
  scenarios: readonly number[]
  /** What it does, in one line. */
  does: string
  /** Whether it needs PostgreSQL. */
  database: boolean
  /** The functions that it calls. Each becomes a client in `c.env` and a `…_SERVICE_URL`. */
  calls: readonly FunctionName[]
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
    resumable: true,
  },
  payment: {
    name: 'paymentservice',
    port: 8002,
    scenarios: [2, 5],
    does: 'waits 2 s for an external API, or refuses at once',
    database: false,
    calls: [],
  },
  product: {
    name: 'productservice',
    port: 8003,
    scenarios: [3],
    does: 'updates a product, then calls three services in turn',
    database: true,
    calls: ['search', 'cache', 'analytics'],
  },
  report: {
    name: 'reportservice',
    port: 8004,
    scenarios: [4],
    does: 'burns 10 s of CPU time on a worker thread',
    database: false,
    calls: [],
    workers: true,
  },
  order: {
    name: 'orderservice',
    port: 8005,
    scenarios: [5],
    does: 'runs the saga: reserve, pay, compensate',
    database: true,
    calls: ['payment', 'inventory'],
    resumable: true,
  },
  analytics: {
    name: 'analyticsservice',
    port: 8006,
    scenarios: [3, 6],
    does: 'records updates and clicks',
    database: false,
    calls: [],
    logLevel: 'debug',
  },
  email: {
    name: 'emailservice',
    port: 8007,
    scenarios: [1],
    does: 'waits 500 ms for a simulated mail server',
    database: false,
    calls: [],
  },
  search: {
    name: 'searchservice',
    port: 8008,
    scenarios: [3],
    does: 're-indexes a product',
    database: false,
    calls: [],
  },
  cache: {
    name: 'cacheservice',
    port: 8009,
    scenarios: [3],
    does: 'invalidates a cached product',
    database: false,
    calls: [],
  },
  inventory: {
    name: 'inventoryservice',
    port: 8010,
    scenarios: [5],
    does: 'reserves stock and releases it',
    database: true,
    calls: [],
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

/** The port of the first service; the others follow it. */
export const firstPort = services.user.port + styles.sync.portOffset

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
