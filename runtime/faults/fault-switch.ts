import { OpenAPIHono } from '@hono/zod-openapi'
import { refuseCodings } from '../http/accept-json.ts'
import { type Bodies, receiveBody } from '../http/receive-body.ts'
import { faultSpec } from './fault-spec.ts'
import type { Faults } from './faults.ts'

const issue = (loc: PropertyKey[], msg: string, type: string) => ({
  detail: [{ loc: ['body', ...loc], msg, type }],
})

/** The fault switch of one container: reads, sets and clears its faults at run time. */
export function faultSwitch(faults: Faults, bodies: Bodies): OpenAPIHono {
  const app = new OpenAPIHono()
  app.get('/faults', (c) => c.json({ faults: faults.current ?? null }))
  app.put(
    '/faults',
    receiveBody(bodies, { maxBytes: 1 << 16, accept: refuseCodings }),
    async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined)
      if (body === undefined) return c.json(issue([], 'is not valid JSON', 'json_invalid'), 422)
      const parsed = faultSpec.safeParse(body)
      if (!parsed.success) {
        const detail = parsed.error.issues.flatMap(
          ({ path, message, code }) => issue(path, message, code).detail,
        )
        return c.json({ detail }, 422)
      }
      faults.set(parsed.data)
      return c.json({ faults: parsed.data })
    },
  )
  app.delete('/faults', (c) => {
    faults.set(undefined)
    return c.json({ faults: null })
  })
  return app
}
