/** A collector of spans on this machine, as services export them: OTLP over HTTP, in JSON. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'

const nanoseconds = z.string().regex(/^\d+$/)

const attributeSchema = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional() }),
})

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  /** Nanoseconds since 1970, as text. */
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes: z.array(attributeSchema).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).optional(),
})

const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attributeSchema) }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
})

export type CollectedSpan = z.infer<typeof spanSchema> & { service: string }

/** An attribute that is a text. */
export const textIn = (attributes: CollectedSpan['attributes'], name: string): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue

const spansIn = ({ resourceSpans }: z.infer<typeof exportSchema>): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        service: textIn(resource.attributes, 'service.name') ?? 'unknown',
      })),
    ),
  )

/** Opens a collector on a free port. A body that is no OTLP is answered with 400. */
export async function openCollector() {
  const spans: CollectedSpan[] = []
  const app = new Hono().post('/v1/traces', async (c) => {
    const body = exportSchema.safeParse(await c.req.json().catch(() => undefined))
    if (!body.success) return c.json({ message: z.prettifyError(body.error) }, 400)
    spans.push(...spansIn(body.data))
    return c.json({})
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    /** The value of `OTEL_EXPORTER_OTLP_ENDPOINT`. */
    url: `http://127.0.0.1:${port}`,
    /** All spans that have arrived. */
    spans,
    close: () => void server.close(),
  }
}
