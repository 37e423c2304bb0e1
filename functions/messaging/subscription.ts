/** What a function does with the messages that it consumes. */
import type { RouteConfig, z } from '@hono/zod-openapi'
import type { Db } from '../../db/schema.ts'
import type { EventName, QueueOf } from '../../model/messages.ts'
import type { FunctionName, RowOf } from '../../model/services.ts'
import type { Announcement, Event } from './event.ts'

type SchemaOf<T> = T extends { content: { 'application/json': { schema: infer S } } } ? S : never
type BodyOf<R extends RouteConfig> = R['request'] extends { body: infer B }
  ? z.input<SchemaOf<B>>
  : never
type StatusOf<R extends RouteConfig> = keyof R['responses'] & number
type AnswerOf<R extends RouteConfig, S extends StatusOf<R>> = z.output<SchemaOf<R['responses'][S]>>

/** The events that follow from each response. A status that is not named is as in HTTP. */
type Outcomes<D, R extends RouteConfig, P extends EventName> = {
  [S in StatusOf<R>]?: (data: D, answer: AnswerOf<R, S>) => readonly Announcement<P>[]
}

/** Changes in the database that a response brings, beside those of the function. */
type Effects<D, R extends RouteConfig> = {
  [S in StatusOf<R>]?: (db: Db, data: D, answer: AnswerOf<R, S>) => Promise<unknown>
}

/** A request to the function itself, by which it does the work of a message. */
export type Delivery<P extends EventName = EventName> = {
  route: RouteConfig
  body: unknown
  /** Runs after the response, in the transaction of the delivery, if its status is named. */
  effect: (db: Db, status: number, answer: unknown) => Promise<unknown>
  /** The events that follow from a response; `undefined` if its status is not named. */
  follow: (status: number, answer: unknown) => readonly Announcement<P>[] | undefined
}

/** The consumption of one queue. */
export type Subscription<E extends EventName = EventName, P extends EventName = EventName> = {
  event: Event<E>
  /** The routes that get its messages: none, one, or those of a choice. */
  routes: readonly RouteConfig[]
  /** The job that begins and ends with the delivery, if there is one. */
  jobOf?: (data: never) => string
  /** How many messages are one delivery at most: 1 unless each is small work. */
  batch?: number
} & (
  | { deliver: (data: never) => Delivery<P> }
  /** A change in the database, and nothing else. */
  | { note: (db: Db, data: never) => Promise<unknown> }
)

type Options<D, R extends RouteConfig> = {
  jobOf?: (data: D) => string
  batch?: number
  effects?: Effects<D, R>
}

/**
 * Delivers an event as a request to a route. In two calls, so that the types of the event and of the
 * route are known before those of the functions are inferred.
 */
export const on = <E extends EventName, S extends z.ZodObject, R extends RouteConfig>(
  event: Event<E, S>,
  route: R,
) => ({
  as: <P extends EventName = never>(
    bodyOf: (data: z.output<S>) => BodyOf<R>,
    outcomes: Outcomes<z.output<S>, R, P> = {},
    { effects = {}, ...options }: Options<z.output<S>, R> = {},
  ): Subscription<E, P> => ({
    event: event as Event<E>,
    routes: [route],
    ...options,
    deliver: (data: z.output<S>) => ({
      route,
      body: bodyOf(data),
      async effect(db, status, answer) {
        await effects[status as StatusOf<R>]?.(db, data, answer as AnswerOf<R, StatusOf<R>>)
      },
      follow: (status, answer) => {
        const outcome = outcomes[status as StatusOf<R>]
        return outcome?.(data, answer as AnswerOf<R, StatusOf<R>>)
      },
    }),
  }),
})

/** Delivers an event in one of several ways, all of the same event. */
export const either = <
  E extends EventName,
  S extends z.ZodObject,
  P extends EventName,
  C extends string,
>(
  event: Event<E, S>,
  choices: Record<C, Subscription<E, P>>,
  choose: (data: z.output<S>) => NoInfer<C>,
): Subscription<E, P> => ({
  event: event as Event<E>,
  routes: Object.values<Subscription<E, P>>(choices).flatMap(({ routes }) => routes),
  deliver: (data: z.output<S>) => {
    const chosen = choices[choose(data)]
    if (!('deliver' in chosen)) throw new Error(`A choice of ${event.type} delivers nothing`)
    return chosen.deliver(data as never)
  },
})

/** Notes an event in the database: a change that no other style makes by a request. */
export const note = <E extends EventName, S extends z.ZodObject>(
  event: Event<E, S>,
  change: (db: Db, data: z.output<S>) => Promise<unknown>,
): Subscription<E, never> => ({ event: event as Event<E>, routes: [], note: change })

type Consumed<N extends FunctionName> = RowOf<N>['consumes'][number]
type Published<N extends FunctionName> = RowOf<N>['publishes'][number]
type EventIn<Q> = { [E in EventName]: Q extends QueueOf<E> ? E : never }[EventName]

/** The subscriptions of a function: exactly one for each queue of its row. */
export type Subscriptions<N extends FunctionName> = {
  [Q in Consumed<N>]: Subscription<EventIn<Q>, Published<N>>
}

/** Declares what a function consumes. The compiler compares it with `model/services.ts`. */
export const consumes = <N extends FunctionName>(subscriptions: Subscriptions<N>) => subscriptions
