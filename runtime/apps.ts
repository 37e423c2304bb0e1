import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AcceptBindings, Bindings } from '../functions/bindings.ts'
import type { Subscription, Subscriptions } from '../functions/messaging/subscription.ts'
import type { QueueName } from '../model/messages.ts'
import type { FunctionName, RowOf } from '../model/services.ts'

// biome-ignore lint/suspicious/noExplicitAny: accepts a function with any variables and routes
type App<B extends object> = OpenAPIHono<{ Bindings: B; Variables: any }, any>

/**
 * One round of recovery, until `signal` aborts: numbers of ended orders, and of those with an
 * outstanding compensation.
 */
type Recover<N extends FunctionName> = (
  env: Bindings<N>,
  signal: AbortSignal,
) => Promise<{ ended: number; owed: number }>

/** Every function, imported when its container starts. */
const apps: { [N in FunctionName]: () => Promise<{ default: App<Bindings<N>> }> } = {
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

/** What accepts the requests of a function in the asynchronous style: each that clients call has it. */
const acceptors: { [N in FunctionName]?: () => Promise<{ default: App<AcceptBindings<N>> }> } = {
  user: () => import('../functions/user/accept.ts'),
  payment: () => import('../functions/payment/accept.ts'),
  product: () => import('../functions/product/accept.ts'),
  report: () => import('../functions/report/accept.ts'),
  order: () => import('../functions/order/accept.ts'),
  analytics: () => import('../functions/analytics/accept.ts'),
  inventory: () => import('../functions/inventory/accept.ts'),
}

type Consuming = {
  [N in FunctionName]: [RowOf<N>['consumes'][number]] extends [never] ? never : N
}[FunctionName]

/** What the functions do with their messages. */
const subscriptions: { [N in Consuming]: () => Promise<{ default: Subscriptions<N> }> } = {
  payment: () => import('../functions/payment/subscriptions.ts'),
  report: () => import('../functions/report/subscriptions.ts'),
  order: () => import('../functions/order/subscriptions.ts'),
  analytics: () => import('../functions/analytics/subscriptions.ts'),
  email: () => import('../functions/email/subscriptions.ts'),
  search: () => import('../functions/search/subscriptions.ts'),
  cache: () => import('../functions/cache/subscriptions.ts'),
  inventory: () => import('../functions/inventory/subscriptions.ts'),
}

/** Any subscriptions, by their queue: the table has checked each function's own. */
export type AnySubscriptions = { [Q in QueueName]?: Subscription }

/** Imports what accepts a function's requests; `undefined` if it only consumes. */
export const loadAcceptor = async (name: FunctionName): Promise<AnyApp | undefined> =>
  (await acceptors[name]?.())?.default

/** Imports what a function does with its messages; empty if it consumes none. */
export async function loadSubscriptions(name: FunctionName): Promise<AnySubscriptions> {
  const load: Partial<Record<FunctionName, () => Promise<{ default: AnySubscriptions }>>> =
    subscriptions
  return (await load[name]?.())?.default ?? {}
}
