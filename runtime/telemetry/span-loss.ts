/** Why spans do not arrive at their collector. */
import type { Logger } from 'pino'

export const spanLossReasons = [
  'queue_full',
  'unreachable',
  'timeout',
  'refused',
  'rejected',
] as const
export type SpanLossReason = (typeof spanLossReasons)[number]

/** Why a batch did not arrive, and how many of its spans; without a number, all. */
export type SpanLoss = { reason: SpanLossReason; words: string; spans?: number }

type ExportError = Error & { code?: number | string }

/** The loss that an error of the exporter means. */
export function lossOf({ name, code, message }: ExportError): SpanLoss {
  if (typeof code === 'number') return { reason: 'refused', words: `it answers ${code} ${message}` }
  if (name === 'OTLPExporterError')
    return { reason: 'refused', words: 'it answers 429, 502, 503 or 504' }
  if (message === 'Request timed out') return { reason: 'timeout', words: message }
  // The error of a name with several addresses has no message.
  return { reason: 'unreachable', words: message || String(code) }
}

/** The loss that an answer of success reports, by the warning that the exporter makes of it. */
export function lossInAnswer(warning: string, partial: unknown): SpanLoss | undefined {
  if (!warning.includes('Partial Success'))
    return { reason: 'rejected', words: 'it answers with something else than OTLP', spans: 0 }
  const { rejectedSpans = 0, errorMessage = '' } = JSON.parse(String(partial))
  const spans = Number(rejectedSpans)
  return spans > 0
    ? { reason: 'rejected', words: `it rejects some: ${errorMessage}`, spans }
    : undefined
}

/** Logs the first of consecutive losses of one kind, and the first batch that arrives after losses. */
export function createLossLog(logger: Logger, collector: string) {
  let last: SpanLoss | undefined
  return {
    isLosing: () => last !== undefined,
    note(loss: SpanLoss | undefined): void {
      if (loss && loss.reason !== last?.reason)
        logger.warn({ collector, reason: loss.reason }, `spans do not arrive: ${loss.words}`)
      if (last && !loss) logger.info({ collector }, 'spans arrive again')
      last = loss
    },
  }
}
