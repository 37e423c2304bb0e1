import { OpenAPIHono } from '@hono/zod-openapi'
import { validateBody } from '../../functions/http/define.ts'
import { refuseCodings } from '../http/accept-json.ts'
import { type Bodies, receiveBody } from '../http/receive-body.ts'
import { type FaultSpec, faultSpec } from './fault-spec.ts'
import type { Faults } from './faults.ts'

/** The fault switch of one container: reads, sets and clears its faults at run time. */
export function faultSwitch(faults: Faults, bodies: Bodies): OpenAPIHono {
  const app = new OpenAPIHono()
  app.get('/faults', (c) => c.json({ faults: faults.current ?? null }))
  app.put(
    '/faults',
    receiveBody(bodies, { maxBytes: 1 << 16, accept: refuseCodings }),
    validateBody(faultSpec),
    (c) => {
      const spec = c.req.valid('json' as never) as FaultSpec
      faults.set(spec)
      return c.json({ faults: spec })
    },
  )
  app.delete('/faults', (c) => {
    faults.set(undefined)
    return c.json({ faults: null })
  })
  return app
}
