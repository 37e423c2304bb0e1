/** What every contract is written with: a route takes JSON, answers JSON, and refuses in one shape. */
import { createRoute, z } from '@hono/zod-openapi'
import { maxInteger } from '../db/schema.ts'

const rangeOf = (lowest: number, highest: number) =>
  `must be a whole number from ${lowest} to ${highest}`

/** A JSON number that PostgreSQL's `integer` takes. What is out of range is told the range; what is no number at all, its type. */
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

/** An id of the client's own, which no query looks up: it may be 0. */
export const externalId = nonNegativeInt

/** An integer that may be left out; `null` is the same as leaving it out. */
export const optional = (int: ReturnType<typeof integer>) =>
  int.nullish().openapi({ type: ['integer', 'null'] })

/** The same in an answer, which always says it: `null` if the client left it out. */
export const nullable = (int: ReturnType<typeof integer>) =>
  int.nullable().openapi({ type: ['integer', 'null'] })

/** Text that PostgreSQL can store as it is: no NUL, no lone surrogate. */
export const text = z
  .string()
  .refine(
    (value) => !value.includes('\0') && value.isWellFormed(),
    'must be well-formed Unicode without NUL',
  )

/** Text of 1 to `longest` characters. */
export const shortText = (longest: number) => text.min(1).max(longest)

export const timestamp = z.iso.datetime()

/** A number in a path or a query, in decimal digits only; what is out of range is told with the range. */
function decimal(lowest: number, highest = maxInteger) {
  const error = rangeOf(lowest, highest)
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,9})$/, error)
    .transform(Number)
    .pipe(z.int().min(lowest, error).max(highest, error))
    .openapi({ type: 'integer', minimum: lowest, maximum: highest })
}

/** An id in a path. */
export const pathId = decimal(1)

/** What every list takes: `limit` rows at most, with ids above `after`. */
export const pageQuery = z.object({
  limit: decimal(1, 10_000).default(1000).openapi({ default: 1000 }),
  after: decimal(0).default(0).openapi({ default: 0 }),
})

const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const issue = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
})
const detail = z.object({ detail: z.union([z.string(), z.looseObject({})]) })

const everywhere = {
  422: json(z.object({ detail: z.array(issue) }), 'Invalid input'),
  500: json(detail, 'Unexpected fault'),
  503: json(detail, 'No free slot or connection: try again after `Retry-After` seconds'),
}

type Answers = Record<number, z.ZodType>
type Documented<A extends Answers> = {
  [K in keyof A & number]: ReturnType<typeof json<A[K]>>
} & typeof everywhere

/** What a route answers, by status, and what it refuses: refusals are thrown, so they need a description only. */
type Outcomes<A extends Answers> = { summary: string; answers: A; refuses?: Record<number, string> }

function document<A extends Answers>({
  summary,
  answers,
  refuses = {},
}: Outcomes<A>): Documented<A> {
  const refused = Object.entries(refuses).map(([status, description]) => [
    status,
    json(detail, description),
  ])
  const answered = Object.entries(answers).map(([status, schema]) => [
    status,
    json(schema, summary),
  ])
  return { ...everywhere, ...Object.fromEntries(refused), ...Object.fromEntries(answered) }
}

/** A `POST` that takes a JSON `body`. */
export const post = <P extends string, B extends z.ZodType, A extends Answers>(
  path: P,
  { body, ...outcomes }: { body: B } & Outcomes<A>,
) =>
  createRoute({
    method: 'post',
    path,
    summary: outcomes.summary,
    request: { body: { ...json(body, outcomes.summary), required: true } },
    responses: document(outcomes),
  })

/** A `POST` that is carried out once for an `Idempotency-Key`, however often it is sent. */
export const postOnce = <P extends string, B extends z.ZodType, A extends Answers>(
  path: P,
  { body, ...outcomes }: { body: B } & Outcomes<A>,
) =>
  createRoute({
    method: 'post',
    path,
    summary: outcomes.summary,
    request: {
      headers: z.object({ 'idempotency-key': z.string().min(1).max(255).optional() }),
      body: { ...json(body, outcomes.summary), required: true },
    },
    responses: document({
      ...outcomes,
      refuses: { 409: 'A request with this Idempotency-Key is in flight', ...outcomes.refuses },
    }),
  })

/** A `PUT` of the thing that the path's `params` name, with a JSON `body`. */
export const put = <
  P extends string,
  I extends z.ZodObject,
  B extends z.ZodType,
  A extends Answers,
>(
  path: P,
  { params, body, ...outcomes }: { params: I; body: B } & Outcomes<A>,
) =>
  createRoute({
    method: 'put',
    path,
    summary: outcomes.summary,
    request: { params, body: { ...json(body, outcomes.summary), required: true } },
    responses: document(outcomes),
  })

/** A `GET` by path `params`, by `query`, or by both. */
export const get = <
  P extends string,
  R extends { params?: z.ZodObject; query?: z.ZodObject },
  A extends Answers,
>(
  path: P,
  { request, ...outcomes }: { request: R } & Outcomes<A>,
) =>
  createRoute({
    method: 'get',
    path,
    summary: outcomes.summary,
    request,
    responses: document(outcomes),
  })
