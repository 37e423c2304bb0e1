import { OpenAPIHono } from '@hono/zod-openapi'
import { validateBody } from '../../functions/http/define.ts'
import { refuseCodings } from '../http/accept-json.ts'
import { type Bodies, receiveBody } from '../http/receive-body.ts'
import type { BrokerFault } from './broker-fault.ts'
import { type BrokerFaultSpec, brokerFaultSpec, type FaultSpec, faultSpec } from './fault-spec.ts'
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

const noBroker =
  'there is no broker beside the database, without which no function works: start the lab with ' +
  'BROKER=rabbitmq'

/** The same of the way to the broker; without one, every request is answered with 409. */
export function brokerFaultSwitch(fault: BrokerFault | undefined, bodies: Bodies): OpenAPIHono {
  const app = new OpenAPIHono()
  const path = '/faults/broker'
  if (!fault) return app.all(path, (c) => c.json({ detail: noBroker }, 409)) as OpenAPIHono
  app.get(path, (c) => c.json({ faults: fault.current ?? null }))
  app.put(
    path,
    receiveBody(bodies, { maxBytes: 1 << 16, accept: refuseCodings }),
    validateBody(brokerFaultSpec),
    async (c) => {
      const spec = c.req.valid('json' as never) as BrokerFaultSpec
      await fault.set(spec)
      return c.json({ faults: spec })
    },
  )
  app.delete(path, async (c) => {
    await fault.set(undefined)
    return c.json({ faults: null })
  })
  return app
}
