import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Counter, Gauge } from 'prom-client'
import { HttpError } from '../../functions/http/refusal.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'

const refusals = {
  too_large: [413, 'Request body too large'],
  too_slow: [408, 'Request body did not arrive in time'],
  buffer_full: [503, 'Too many request bodies in memory, try again later'],
} as const satisfies Record<string, [ContentfulStatusCode, string]>

/** Why a body was not received. */
export type BodyRefusal = keyof typeof refusals

/** Ends a request whose body is not received. */
export class BodyRefusedError extends HttpError {
  readonly reason: BodyRefusal

  constructor(reason: BodyRefusal) {
    const [status, detail] = refusals[reason]
    super(status, detail, { code: reason === 'buffer_full' ? 'body_buffer_full' : undefined })
    this.reason = reason
  }
}

export type BodiesOptions = {
  metrics: Metrics
  /** How long one body may take to arrive, in milliseconds. */
  timeoutMs: number
  /** Bytes that the bodies of all requests in progress may take. */
  bufferBytes: number
}

/** The bodies of all requests in progress: what bounds them, and the memory that they take. */
export function createBodies({ metrics, timeoutMs, bufferBytes }: BodiesOptions) {
  const registers = [metrics.registry]
  let held = 0
  const refused = new Counter({ ...declared.bodyRefusals, registers })
  for (const reason of Object.keys(refusals)) refused.inc({ reason }, 0)
  new Gauge({
    ...declared.bodyBuffer,
    registers,
    collect() {
      this.set(held)
    },
  })
  new Gauge({ ...declared.bodyBufferLimit, registers }).set(bufferBytes)

  /** Counts a refusal, and makes the error that ends the request. */
  function refuse(reason: BodyRefusal): BodyRefusedError {
    refused.inc({ reason })
    return new BodyRefusedError(reason)
  }

  return {
    timeoutMs,
    refuse,
    /**
     * Takes memory for a part of a body; the caller gives it back when the request has ended.
     * @throws BodyRefusedError if there is not enough of it
     */
    take(bytes: number): void {
      if (held + bytes > bufferBytes) throw refuse('buffer_full')
      held += bytes
    },
    giveBack(bytes: number): void {
      held -= bytes
    },
  }
}

export type Bodies = ReturnType<typeof createBodies>
