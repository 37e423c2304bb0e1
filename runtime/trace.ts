import { randomBytes } from 'node:crypto'

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/
const zeros = /^0+$/

/** One request's place in a trace. */
export type Trace = { traceId: string; flags: string }

/** Reads a `traceparent` header, or starts a trace where there is none or a broken one. https://www.w3.org/TR/trace-context/ */
export function readTrace(traceparent: string | undefined): Trace {
  const [, traceId, flags] = pattern.exec(traceparent ?? '') ?? []
  if (traceId && flags && !zeros.test(traceId)) return { traceId, flags }
  return { traceId: randomBytes(16).toString('hex'), flags: '01' }
}

/** The `traceparent` header of one hop: the same trace, a span of its own. */
export const writeTrace = ({ traceId, flags }: Trace): string =>
  `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`
