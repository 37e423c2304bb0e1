/** The responses of a route in its OpenAPI document: its own, and the refusals of every service. */
import { z } from '@hono/zod-openapi'
import { orderCodes, unavailableCodes } from '../../model/unavailable.ts'

/** A JSON body of a schema. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const issue = z.object({
  loc: z.array(z.union([z.string(), z.number()])),
  msg: z.string(),
  type: z.string(),
})
const detail = z.object({ detail: z.union([z.string(), z.looseObject({})]) })

const unavailable = z.object({
  detail: z.union([z.string(), z.looseObject({ code: z.enum(orderCodes) })]),
  code: z.enum(unavailableCodes).optional(),
})

const header = (name: string, type: 'string' | 'integer', description: string) => ({
  headers: { [name]: { required: true, description, schema: { type } } },
})

// The other methods of a path are not in the document, so each operation describes their response.
const ofEveryRoute = {
  403: json(
    detail,
    'A web page of another origin wrote, or a browser used a host that is not allowed',
  ),
  405: {
    ...json(detail, 'Another method than the path has'),
    ...header('Allow', 'string', 'The methods that the path has'),
  },
}

const everywhere = {
  ...ofEveryRoute,
  422: json(z.object({ detail: z.array(issue) }), 'Invalid input'),
  500: json(detail, 'Unexpected fault'),
  503: {
    ...json(unavailable, 'No free slot or connection: `code` names the reason'),
    ...header('Retry-After', 'integer', 'Seconds after which to try again'),
  },
}

const withBody = {
  408: json(detail, 'The body did not arrive in time'),
  413: json(detail, 'The body is larger than 1 MiB'),
  415: json(detail, 'The body is not JSON, or has a content coding'),
}

/** The schema of each status that a route answers with. */
export type Answers = Record<number, z.ZodType>
/** The description of each status that a route refuses requests with. */
export type Refusals = Record<number, string>

type Described<A extends Answers> = { [K in keyof A & number]: ReturnType<typeof json<A[K]>> }
type DescribedRefusals<R extends Refusals> = {
  [K in keyof R & number]: ReturnType<typeof json<typeof detail>>
}

/**
 * The answers and refusals of a route, by status. All refusals have one schema, so they need a
 * description only.
 */
export type Outcomes<A extends Answers, R extends Refusals = Refusals> = {
  /** The name of the operation in generated clients: that of its contract. */
  operationId: string
  summary: string
  answers: A
  refuses?: R
}

const describe = <A extends Answers>({ summary, answers }: Outcomes<A>) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [status, json(schema, summary)]),
  ) as Described<A>

const describeRefusals = <R extends Refusals>(refuses?: R) =>
  Object.fromEntries(
    Object.entries(refuses ?? {}).map(([status, text]) => [status, json(detail, text)]),
  ) as DescribedRefusals<R>

/** The responses of a route that takes no body. */
export const responses = <A extends Answers, R extends Refusals>(outcomes: Outcomes<A, R>) => ({
  ...everywhere,
  ...describeRefusals(outcomes.refuses),
  ...describe(outcomes),
})

/** The responses of a route that takes a body. */
export const responsesToBody = <A extends Answers, R extends Refusals>(
  outcomes: Outcomes<A, R>,
) => ({
  ...withBody,
  ...responses(outcomes),
})

/** The responses of a probe, which takes no input. */
export const probeResponses = <A extends Answers>(outcomes: Outcomes<A>) => ({
  ...ofEveryRoute,
  ...describe(outcomes),
})
