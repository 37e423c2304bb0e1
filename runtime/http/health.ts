import { OpenAPIHono, z } from '@hono/zod-openapi'
import { probe, timestamp } from '../../functions/http/route.ts'
import { faultSpec } from '../faults/fault-spec.ts'
import type { Faults } from '../faults/faults.ts'

const health = probe('/health', {
  operationId: 'getHealth',
  summary: 'Whether the process lives; touches no dependency',
  answers: {
    200: z.object({
      status: z.literal('healthy'),
      service: z.string(),
      timestamp,
      faults: faultSpec.optional(),
    }),
  },
})

const ready = probe('/ready', {
  operationId: 'getReady',
  summary: 'Whether requests can be served: 503 names what is missing',
  answers: {
    200: z.object({ status: z.literal('ready'), service: z.string() }),
    503: z.object({ detail: z.array(z.string()) }),
  },
})

export type ProbeOptions = {
  service: string
  /** What is missing before requests can be served; empty if nothing is. */
  missing: () => Promise<string[]>
  /** What goes wrong on purpose. */
  faults?: Faults | undefined
}

/** The two probes of a container. */
export const probes = ({ service, missing, faults }: ProbeOptions) =>
  new OpenAPIHono()
    .openapi(health, (c) => {
      const healthy = { status: 'healthy' as const, service, timestamp: new Date().toISOString() }
      return c.json(faults?.current ? { ...healthy, faults: faults.current } : healthy, 200)
    })
    .openapi(ready, async (c) => {
      const detail = await missing()
      return detail.length > 0
        ? c.json({ detail }, 503)
        : c.json({ status: 'ready' as const, service }, 200)
    })
