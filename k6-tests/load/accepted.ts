/** The answers of the asynchronous style, whose work is yet to be done. */
import type { Scenario } from '../../model/scenarios.ts'
import { id, is, type Matches, matches, text } from './body-fields.ts'

const withPrefix = (prefix: string) => (value: unknown) =>
  new RegExp(`^${prefix}_[\\da-f]{12}$`).test(String(value))

export const acceptedChecks: Record<Scenario['number'], { matches: Matches }> = {
  1: {
    matches: (body, { email }) =>
      matches(body, { id, email: is(email), message: text, event_published: is(true) }),
  },
  2: {
    matches: (body) =>
      matches(body, { payment_id: withPrefix('pay'), status: is('processing'), message: text }),
  },
  3: {
    matches: (body, { stock }) =>
      matches(body, { id, name: text, stock: is(stock), event_published: is(true) }),
  },
  4: {
    matches: (body) =>
      matches(body, { job_id: withPrefix('job'), status: is('queued'), message: text }),
  },
  5: {
    matches: (body, { product_id, quantity }) =>
      matches(body, {
        id,
        product_id: is(product_id),
        quantity: is(quantity),
        status: is('pending'),
      }),
  },
  6: { matches: (body) => matches(body, { status: is('tracked') }) },
}
