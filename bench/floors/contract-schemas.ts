import type { z } from 'zod'

type WithBody<S extends z.ZodType> = {
  request: { body: { content: { 'application/json': { schema: S } } } }
}

/** The schema of the body that a contract takes. */
export const bodyOf = <S extends z.ZodType>({ request }: WithBody<S>): S =>
  request.body.content['application/json'].schema
