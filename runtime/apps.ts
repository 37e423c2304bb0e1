import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Bindings } from '../functions/bindings.ts'
import type { FunctionName } from '../model/services.ts'

// biome-ignore lint/suspicious/noExplicitAny: accepts a function with any variables and routes
type App<N extends FunctionName> = OpenAPIHono<{ Bindings: Bindings<N>; Variables: any }, any>

/**
 * One round of recovery, until `signal` aborts: numbers of ended orders, and of those with an
 * outstanding compensation.
 */
type Recover<N extends FunctionName> = (
  env: Bindings<N>,
  signal: AbortSignal,
) => Promise<{ ended: number; owed: number }>

/** Every function, imported when its container starts. */
const apps: { [N in FunctionName]: () => Promise<{ default: App<N> }> } = {
  user: () => import('../functions/user/app.ts'),
  payment: () => import('../functions/payment/app.ts'),
  product: () => import('../functions/product/app.ts'),
  report: () => import('../functions/report/app.ts'),
  order: () => import('../functions/order/app.ts'),
  analytics: () => import('../functions/analytics/app.ts'),
  email: () => import('../functions/email/app.ts'),
  search: () => import('../functions/search/app.ts'),
  cache: () => import('../functions/cache/app.ts'),
  inventory: () => import('../functions/inventory/app.ts'),
}

/** Any function: a Hono app whose bindings this table has checked. */
// biome-ignore lint/suspicious/noExplicitAny: each function types its own bindings
export type AnyApp = OpenAPIHono<any>

/** Imports a function's app. */
export const loadApp = async (name: FunctionName): Promise<AnyApp> => (await apps[name]()).default

/** Rounds that complete the work of dead instances. */
export const recoveries: { [N in FunctionName]?: () => Promise<{ default: Recover<N> }> } = {
  order: () => import('../functions/order/recovery.ts'),
}
