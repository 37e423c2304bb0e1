import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { address } from '../http/address.ts'
import { get, nonNegativeInt, pageQuery, positiveInt, postOnce, timestamp } from '../http/route.ts'

export const user = z.object({ id: positiveInt, email: z.string() })

export const registration = z.object({ email: address })

export const register = postOnce(routes.register, {
  operationId: 'register',
  summary: 'Register a user and wait for the welcome e-mail',
  body: registration,
  answers: {
    201: user.extend({ message: z.string(), timestamp, warnings: z.array(z.string()).optional() }),
  },
  refuses: { 400: 'Email already registered' },
})

export const getUsers = get(routes.getUsers, {
  operationId: 'getUsers',
  summary: 'List users',
  request: { query: pageQuery },
  answers: { 200: z.object({ users: z.array(user), count: nonNegativeInt }) },
})
