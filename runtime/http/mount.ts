import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, Handler } from 'hono'
import { honoPattern } from '../../model/scenarios.ts'
import { type Admission, createAdmission } from '../admission/admit.ts'
import { asCurrent, noteLoopWait, type RequestContext } from '../telemetry/spans.ts'
import { ending, type MaybePromise, when } from '../when.ts'
import { arrivalOf } from './arrival.ts'
import type { Bodies } from './bodies.ts'
import { checkOrigin, type Origins } from './origins.ts'
import { bodyReceiver } from './receive-body.ts'
import type { RequestLayer } from './request-layer.ts'

export type MountOptions = Admission & {
  bodies: Bodies
  maxBodyBytes?: number
  /** Other origins whose pages may read and write. */
  origins?: Origins
}

type Work = () => MaybePromise<Response>

/** The routes of a function. */
export const routesOf = (fn: OpenAPIHono) =>
  fn.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [definition.route] : [],
  )

/** The handlers of a function's route, in the order in which they run. */
const handlersOf = (fn: OpenAPIHono, method: string, pattern: string): Handler[] =>
  fn.router.match(method.toUpperCase(), pattern)[0].map(([[handler]]) => handler as Handler)

const nothing = async () => {}

/**
 * What a request to a function passes on top of others: it is admitted when it has arrived whole,
 * and is the one that spans are recorded for.
 */
function createService({ bodies, maxBodyBytes = 1 << 20, origins = [], ...options }: MountOptions) {
  const receive = bodyReceiver(bodies, maxBodyBytes)
  const admit = createAdmission(options)
  const serveWhole = (c: RequestContext, work: Work, held: number) =>
    ending(
      () => admit(c, work),
      () => bodies.giveBack(held),
    )
  return (c: RequestContext, work: Work): MaybePromise<Response> => {
    checkOrigin(c, origins)
    noteLoopWait(c, arrivalOf(c))
    return asCurrent(c, () => when(receive(c), (held) => serveWhole(c, work, held)))
  }
}

/** Mounts the routes of a function. A route with one handler does without Hono's `compose`. */
export function mount(
  app: OpenAPIHono,
  fn: OpenAPIHono,
  { layer, ...options }: MountOptions & { layer: RequestLayer },
): void {
  const serve = createService(options)
  for (const route of routesOf(fn)) {
    app.openAPIRegistry.registerPath(route)
    const pattern = honoPattern(route.path)
    const answer = (c: Context, work: Work) => layer(c, pattern, () => serve(c, work))
    const handlers = handlersOf(fn, route.method, pattern)
    const [only] = handlers
    if (only && handlers.length === 1)
      app.on(route.method, pattern, (c) => answer(c, () => only(c, nothing)))
    else
      app.on(
        route.method,
        pattern,
        (c, next) => answer(c, () => next().then(() => c.res)),
        ...handlers,
      )
  }
}
