import type { OpenAPIHono } from '@hono/zod-openapi'

export type FunctionName =
  | 'user'
  | 'payment'
  | 'product'
  | 'report'
  | 'order'
  | 'analytics'
  | 'email'
  | 'search'
  | 'cache'
  | 'inventory'

// biome-ignore lint/suspicious/noExplicitAny: each function types its own bindings; the table holds all of them
type App = OpenAPIHono<any>

export type Service = {
  /** The name in compose, in Prometheus and in `/health`. */
  name: string
  /** The port on the host. */
  port: number
  /** The scenarios that it plays in. */
  scenario: string
  /** Whether it needs PostgreSQL. */
  database: boolean
  /** The functions that it calls. */
  calls: readonly FunctionName[]
  /** Whether it computes on worker threads. */
  workers?: boolean
  /** At which level a request that went well is logged. */
  logLevel?: 'info' | 'debug'
  load: () => Promise<{ default: App }>
  /** Whether it may be killed in the middle of something that another attempt has to find: others can see whether it lives. */
  resumes?: boolean
  /** Finishes what instances that are gone have left. */
  // biome-ignore lint/suspicious/noExplicitAny: each function types its own bindings; the table holds all of them
  recover?: () => Promise<{ default: (env: any) => Promise<{ ended: number; owed: number }> }>
}

/** The ten services: the one table that everything else is checked against. */
export const services: Record<FunctionName, Service> = {
  user: {
    name: 'userservice',
    port: 8001,
    scenario: '1',
    database: true,
    calls: ['email'],
    load: () => import('../functions/user/app.ts'),
    resumes: true,
  },
  payment: {
    name: 'paymentservice',
    port: 8002,
    scenario: '2,5',
    database: false,
    calls: [],
    load: () => import('../functions/payment/app.ts'),
  },
  product: {
    name: 'productservice',
    port: 8003,
    scenario: '3',
    database: true,
    calls: ['search', 'cache', 'analytics'],
    load: () => import('../functions/product/app.ts'),
  },
  report: {
    name: 'reportservice',
    port: 8004,
    scenario: '4',
    database: false,
    calls: [],
    workers: true,
    load: () => import('../functions/report/app.ts'),
  },
  order: {
    name: 'orderservice',
    port: 8005,
    scenario: '5',
    database: true,
    calls: ['payment', 'inventory'],
    load: () => import('../functions/order/app.ts'),
    resumes: true,
    recover: () => import('../functions/order/recovery.ts'),
  },
  analytics: {
    name: 'analyticsservice',
    port: 8006,
    scenario: '3,6',
    database: false,
    calls: [],
    logLevel: 'debug',
    load: () => import('../functions/analytics/app.ts'),
  },
  email: {
    name: 'emailservice',
    port: 8007,
    scenario: '1',
    database: false,
    calls: [],
    load: () => import('../functions/email/app.ts'),
  },
  search: {
    name: 'searchservice',
    port: 8008,
    scenario: '3',
    database: false,
    calls: [],
    load: () => import('../functions/search/app.ts'),
  },
  cache: {
    name: 'cacheservice',
    port: 8009,
    scenario: '3',
    database: false,
    calls: [],
    load: () => import('../functions/cache/app.ts'),
  },
  inventory: {
    name: 'inventoryservice',
    port: 8010,
    scenario: '5',
    database: true,
    calls: [],
    load: () => import('../functions/inventory/app.ts'),
  },
}

export const functionNames = Object.keys(services) as FunctionName[]

/** The environment variable that says where a function is to be called. */
export const urlVariable = (name: FunctionName): string => `${name.toUpperCase()}_SERVICE_URL`
