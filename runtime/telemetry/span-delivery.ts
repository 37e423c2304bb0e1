/** Sends spans to a collector in batches, and counts those that do not arrive. */
import { setTimeout as delay } from 'node:timers/promises'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { maxInteger } from '../../model/setting.ts'
import type { TraceSettings } from '../settings/trace-settings.ts'
import type { Metrics } from './metrics.ts'
import { createLossLog, lossInAnswer, lossOf, type SpanLoss } from './span-loss.ts'

export type DeliveryOptions = { traces: TraceSettings; metrics: Metrics; logger: Logger }

// The exporter ends a request after its timeout, but not a connection that is being opened.
const graceMs = 1000

/** Sends batches by the exporter; each resolves with its loss, if there is one. */
function createSender(timeoutMs: number) {
  const exporter = new OTLPTraceExporter()
  let answered: SpanLoss | undefined
  const warn = (warning: string, partial: unknown) => {
    answered = lossInAnswer(warning, partial)
  }
  const ignore = () => {}
  const others = { error: ignore, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger({ warn, ...others }, DiagLogLevel.WARN)
  const late: SpanLoss = { reason: 'timeout', words: `no answer within ${timeoutMs} ms` }
  const send = (spans: ReadableSpan[]) =>
    new Promise<SpanLoss | undefined>((resolve) => {
      const limit = setTimeout(resolve, Math.min(maxInteger, timeoutMs + graceMs), late)
      exporter.export(spans, ({ error }) => {
        clearTimeout(limit)
        resolve(error ? lossOf(error) : answered)
        answered = undefined
      })
    })
  return { send, untilSent: () => exporter.shutdown() }
}

// So long without a drop, the next one is logged again.
const quietMs = 60_000
// At the end: time for the last answer, less if the last one was a loss.
const closeMs = { usual: 2000, losing: 250 }

/** Opens the way to a collector. */
export function createSpanDelivery({ traces, metrics, logger }: DeliveryOptions) {
  const { timeoutMs, delayMs, queueSize, batchSize } = traces
  // A password is not logged.
  const url = Object.assign(new URL(traces.url), { username: '', password: '' }).href
  const { send, untilSent } = createSender(timeoutMs)
  const log = createLossLog(logger, url)
  const waiting = { queued: 0, underWay: 0 }
  let droppedAtMs = -Infinity

  async function sendBatch(spans: ReadableSpan[]): Promise<void> {
    waiting.queued -= spans.length
    waiting.underWay += spans.length
    const loss = await send(spans)
    waiting.underWay -= spans.length
    if (loss) metrics.spansDropped.inc({ reason: loss.reason }, loss.spans ?? spans.length)
    log.note(loss)
  }

  const processor = new BatchSpanProcessor({
    exporter: {
      // A loss is no failure of the processor: at the end it would keep it from the next batch.
      export: (spans, done) => void sendBatch(spans).then(() => done({ code: 0 })),
      shutdown: untilSent,
    },
    scheduledDelayMillis: delayMs,
    maxQueueSize: queueSize,
    maxExportBatchSize: batchSize,
    exportTimeoutMillis: maxInteger,
  })

  function drop(): void {
    const reason = 'queue_full'
    metrics.spansDropped.inc({ reason })
    const nowMs = performance.now()
    if (nowMs - droppedAtMs > quietMs)
      logger.warn({ collector: url, reason }, `spans are dropped: ${queueSize} wait already`)
    droppedAtMs = nowMs
  }

  return {
    deliver(span: ReadableSpan): void {
      if (waiting.queued >= queueSize) drop()
      else {
        waiting.queued++
        processor.onEnd(span)
      }
    },
    /** Sends what is left, but does not wait long for a collector. */
    async close(): Promise<void> {
      const limitMs = log.isLosing() ? closeMs.losing : closeMs.usual
      await Promise.race([processor.shutdown(), delay(limitMs)])
      const spans = waiting.queued + waiting.underWay
      if (spans > 0) logger.warn({ collector: url, spans }, 'the last spans did not arrive in time')
    },
  }
}
