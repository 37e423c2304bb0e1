/** Routes whose client need not send a body. */
import { createRoute, type z } from '@hono/zod-openapi'
import { type Answers, json, type Outcomes, responses, responsesToBody } from './responses.ts'

const operation = ({ operationId, summary }: Outcomes<Answers>) => ({ operationId, summary })

/** A `POST` with a JSON `body` that may be left out, which is the same as an empty object. */
export const postOptional = <P extends string, B extends z.ZodType, A extends Answers>(
  path: P,
  { body, ...outcomes }: { body: B } & Outcomes<A>,
) =>
  createRoute({
    method: 'post',
    path,
    ...operation(outcomes),
    request: { body: { ...json(body, outcomes.summary), required: false as const } },
    responses: responsesToBody({ ...outcomes, refuses: { 400: 'The body is not JSON' } as const }),
  })

/** A `POST` that takes no body. */
export const postEmpty = <P extends string, A extends Answers>(path: P, outcomes: Outcomes<A>) =>
  createRoute({
    method: 'post',
    path,
    ...operation(outcomes),
    request: {},
    responses: responses({ ...outcomes, refuses: {} }),
  })
