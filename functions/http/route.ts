/** The parts of every contract: routes that take and return JSON and share one shape of errors. */
import { createRoute, z } from '@hono/zod-openapi'
import { maxInteger } from '../../model/setting.ts'
import { idempotencyKey } from './idempotency.ts'
import {
  type Answers,
  json,
  type Outcomes,
  probeResponses,
  type Refusals,
  responses,
  responsesToBody,
} from './responses.ts'

const rangeOf = (lowest: number, highest: number): string =>
  `must be a whole number from ${lowest} to ${highest}`

/**
 * A JSON number within PostgreSQL's `integer`. The error names the range, or the type of what is
 * not a number.
 */
function integer(lowest: number) {
  const error = rangeOf(lowest, maxInteger)
  return z
    .int32({ error: (issue) => (issue.expected === 'number' ? undefined : error) })
    .min(lowest, error)
    .openapi({ type: 'integer', minimum: lowest, maximum: maxInteger })
}

/** A database id or a quantity: 1 to 2147483647. */
export const positiveInt = integer(1)

/** A number that may be 0: 0 to 2147483647. */
export const nonNegativeInt = integer(0)

/** An id that the client chose and no query uses: it may be 0. */
export const externalId = nonNegativeInt

/** An optional integer; `null` is the same as leaving it out. */
export const optional = (int: ReturnType<typeof integer>) =>
  int.nullish().openapi({ type: ['integer', 'null'] })

/** The value of an optional field that is left out or `null`. */
export const withDefault = <S extends z.ZodType>(schema: S, value: NonNullable<z.output<S>>) =>
  schema.transform((given): NonNullable<z.output<S>> => given ?? value)

/** An optional integer in a response, where it is `null` if the client left it out. */
export const nullable = (int: ReturnType<typeof integer>) =>
  int.nullable().openapi({ type: ['integer', 'null'] })

/** A number in decimal digits. The error message names the range. */
function decimal(lowest: number, highest = maxInteger) {
  const error = rangeOf(lowest, highest)
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/, error)
    .transform(Number)
    .pipe(z.int().min(lowest, error).max(highest, error))
    .openapi({ type: 'integer', minimum: lowest, maximum: highest })
}

export const pathId = decimal(1)

/** The query of every list: at most `limit` rows, with ids above `after`. */
export const pageQuery = z.object({
  limit: decimal(1, 10_000).default(1000).openapi({ default: 1000 }),
  after: decimal(0).default(0).openapi({ default: 0 }),
})

/** Text that PostgreSQL can store unchanged: no NUL, no lone surrogate. */
export const text = z
  .string()
  .refine(
    (value) => !value.includes('\0') && value.isWellFormed(),
    'must be well-formed Unicode without NUL',
  )

// Code points, as JSON Schema and PostgreSQL count them. The length of a string is never less.
const hasAtMost = (longest: number, value: string) =>
  value.length <= longest || (value.length <= 2 * longest && [...value].length <= longest)

/** Text of 1 to `longest` characters. */
export const shortText = (longest: number) =>
  text
    .min(1)
    .refine((value) => hasAtMost(longest, value), `must have at most ${longest} characters`)
    .meta({ maxLength: longest })
    .openapi({ maxLength: longest, pattern: '^[^\\u0000]*$' })

export const timestamp = z.iso.datetime()

type Named = { operationId: string; summary: string }

/** The operation of a route in its OpenAPI document. */
const operation = ({ operationId, summary }: Named) => ({ operationId, summary })

const jsonBody = <B extends z.ZodType>(body: B, { summary }: Named) => ({
  ...json(body, summary),
  required: true as const,
})

// Without a default, a route that refuses nothing would have every status.
type NoRefusals = Record<never, string>

type WithBody<B, A extends Answers, R extends Refusals> = { body: B } & Outcomes<A, R>

/** A `POST` that takes a JSON `body`. */
export const post = <
  P extends string,
  B extends z.ZodType,
  A extends Answers,
  const R extends Refusals = NoRefusals,
>(
  path: P,
  { body, ...outcomes }: WithBody<B, A, R>,
) =>
  createRoute({
    method: 'post',
    path,
    ...operation(outcomes),
    request: { body: jsonBody(body, outcomes) },
    responses: responsesToBody(outcomes),
  })

const inFlight = { 409: 'A request with this Idempotency-Key is in flight' }

/** A `POST` that runs once for an `Idempotency-Key`, however often it is sent. */
export const postOnce = <
  P extends string,
  B extends z.ZodType,
  A extends Answers,
  const R extends Refusals = NoRefusals,
>(
  path: P,
  { body, ...outcomes }: WithBody<B, A, R>,
) => {
  const refuses = { ...inFlight, ...outcomes.refuses } as R & typeof inFlight
  const headers = z.object({ 'idempotency-key': idempotencyKey.optional() })
  return createRoute({
    method: 'post',
    path,
    ...operation(outcomes),
    request: { headers, body: jsonBody(body, outcomes) },
    responses: responsesToBody({ ...outcomes, refuses }),
  })
}

/** A `PUT` of the resource that the path's `params` identify, with a JSON `body`. */
export const put = <
  P extends string,
  I extends z.ZodObject,
  B extends z.ZodType,
  A extends Answers,
  const R extends Refusals = NoRefusals,
>(
  path: P,
  { params, body, ...outcomes }: { params: I } & WithBody<B, A, R>,
) =>
  createRoute({
    method: 'put',
    path,
    ...operation(outcomes),
    request: { params, body: jsonBody(body, outcomes) },
    responses: responsesToBody(outcomes),
  })

/** A `GET` by path `params`, by `query` and by `headers`. */
export const get = <
  P extends string,
  Q extends { params?: z.ZodObject; query?: z.ZodObject; headers?: z.ZodObject },
  A extends Answers,
  const R extends Refusals = NoRefusals,
>(
  path: P,
  { request, ...outcomes }: { request: Q } & Outcomes<A, R>,
) =>
  createRoute({
    method: 'get',
    path,
    ...operation(outcomes),
    request,
    responses: responses(outcomes),
  })

/** A `GET` that needs no slot and takes no input. */
export const probe = <P extends string, A extends Answers>(path: P, outcomes: Outcomes<A>) =>
  createRoute({
    method: 'get',
    path,
    ...operation(outcomes),
    request: {},
    responses: probeResponses(outcomes),
  })
