import { OpenAPIHono, z } from '@hono/zod-openapi'
import { probe, timestamp } from '../../functions/http/route.ts'
import { faultSpec } from '../faults/fault-spec.ts'
import type { Faults } from '../faults/faults.ts'

const operation = {
  operationId: 'getHealth',
  summary: 'Whether the process lives; touches no dependency',
}

const health = probe('/health', {
  ...operation,
  answers: {
    200: z.object({
      status: z.literal('healthy'),
      service: z.string(),
      timestamp,
      faults: faultSpec.optional(),
    }),
  },
})

const messagingHealth = probe('/health', {
  ...operation,
  answers: {
    200: z.object({
      status: z.enum(['healthy', 'degraded']),
      service: z.string(),
      architecture: z.literal('async'),
      // The study's name, whichever the broker is.
      rabbitmq_connected: z.boolean(),
      timestamp,
      reason: z.string().optional(),
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
  /** In the asynchronous style, whether messages are accepted and consumed. */
  messaging?: (() => MessagingHealth) | undefined
}

/** Whether messages can be stored and taken, and why not. */
export type MessagingHealth = { isConnected: boolean; problems: string[] }

const degraded = (problems: readonly string[]) =>
  problems.length > 0
    ? { status: 'degraded' as const, reason: problems.join('; ') }
    : { status: 'healthy' as const }

/** The two probes of a container. */
export function probes({ service, missing, faults, messaging }: ProbeOptions): OpenAPIHono {
  const app = new OpenAPIHono()
  const now = () => new Date().toISOString()
  const going = () => faults?.current && { faults: faults.current }
  if (messaging)
    app.openapi(messagingHealth, (c) => {
      const { isConnected: rabbitmq_connected, problems } = messaging()
      const state = { service, architecture: 'async' as const, rabbitmq_connected }
      return c.json({ ...degraded(problems), ...state, timestamp: now(), ...going() }, 200)
    })
  else
    app.openapi(health, (c) =>
      c.json({ status: 'healthy' as const, service, timestamp: now(), ...going() }, 200),
    )
  app.openapi(ready, async (c) => {
    const detail = await missing()
    return detail.length > 0
      ? c.json({ detail }, 503)
      : c.json({ status: 'ready' as const, service }, 200)
  })
  return app
}
