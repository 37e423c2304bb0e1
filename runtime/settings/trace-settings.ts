/**
 * OpenTelemetry's variables: the exporter reads some of them itself, others are read here. Any other
 * one is refused by name, because it would have no effect.
 */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { maxInteger } from '../../model/setting.ts'
import { text, wholeNumber } from './setting-schemas.ts'

/** How spans reach their collector. Times are in milliseconds, sizes in spans. */
export type TraceSettings = {
  url: string
  timeoutMs: number
  delayMs: number
  queueSize: number
  batchSize: number
}

type Environment = Record<string, string | undefined>

const path = '/v1/traces'

const collector = z.url({ protocol: /^https?$/, error: 'must be a URL such as http://host:4318' })
const base = collector.refine(
  (url) => !new URL(url).pathname.endsWith(path),
  `ends with ${path}, which is added to it: leave that out, or use OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`,
)
const file = z.string().refine(existsSync, 'is no file')
const pair = 'must be pairs such as name=value,other=value'
const headers = text.regex(/^([^=,]+=[^,]+(,|$))+$/, pair)
// The library drops all of them if one has another `=` or a `%` that encodes nothing.
const attributes = text.regex(/^((?:[^=,%]|%[\da-f]{2})+=(?:[^=,%]|%[\da-f]{2})*(,|$))+$/i, pair)
const only = (value: string) => z.literal(value, `must be ${value}, or not be set`)

const exporterSchemas = {
  PROTOCOL: only('http/json'),
  HEADERS: headers,
  TIMEOUT: wholeNumber(1, maxInteger),
  COMPRESSION: z.enum(['none', 'gzip']),
  CERTIFICATE: file,
  CLIENT_KEY: file,
  CLIENT_CERTIFICATE: file,
}

const schemas: Record<string, z.ZodType> = {
  ...Object.fromEntries(
    Object.entries(exporterSchemas).flatMap(([name, schema]) => [
      [`OTEL_EXPORTER_OTLP_${name}`, schema],
      [`OTEL_EXPORTER_OTLP_TRACES_${name}`, schema],
    ]),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: base,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector,
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(0, maxInteger),
  OTEL_BSP_MAX_QUEUE_SIZE: wholeNumber(1, 1_000_000),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: wholeNumber(1, 1_000_000),
  OTEL_SERVICE_NAME: text,
  OTEL_RESOURCE_ATTRIBUTES: attributes,
  OTEL_SDK_DISABLED: z.stringFormat('true or false', /^(true|false)$/i),
  OTEL_TRACES_EXPORTER: only('otlp'),
  OTEL_TRACES_SAMPLER: only('parentbased_always_on'),
  OTEL_PROPAGATORS: only('tracecontext'),
}

// Of metrics and logs, which are not exported, and the parts that make up the attributes.
const foreign =
  /^OTEL_(METRIC|LOGS_|LOGRECORD|BLRP|EXPORTER_(OTLP_(METRICS|LOGS)|PROM)|RESOURCE_ATTRIBUTES_)/

const exportsSpans = (environment: Environment): boolean =>
  environment.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' &&
  environment.OTEL_TRACES_EXPORTER !== 'none' &&
  Boolean(environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? environment.OTEL_EXPORTER_OTLP_ENDPOINT)

const refused = z.never('has no effect on spans here: unset it')

/** The schemas of OpenTelemetry's variables in an environment; none if it exports no spans. */
export const traceSchemas = (environment: Environment): Record<string, z.ZodType> =>
  exportsSpans(environment)
    ? Object.fromEntries(
        Object.keys(environment)
          .filter((name) => name.startsWith('OTEL_') && !foreign.test(name))
          .map((name) => [name, schemas[name] ?? refused]),
      )
    : {}

/** Reads an environment that fits its schemas; `undefined` if it exports no spans. */
export function readTraceSettings(environment: Environment): TraceSettings | undefined {
  if (!exportsSpans(environment)) return undefined
  const exporter = (name: string) =>
    environment[`OTEL_EXPORTER_OTLP_TRACES_${name}`] ?? environment[`OTEL_EXPORTER_OTLP_${name}`]
  const base = environment.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '')
  const queueSize = Number(environment.OTEL_BSP_MAX_QUEUE_SIZE ?? 2048)
  return {
    url: environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? `${base}${path}`,
    timeoutMs: Number(exporter('TIMEOUT') ?? 10_000),
    delayMs: Number(environment.OTEL_BSP_SCHEDULE_DELAY ?? 5000),
    queueSize,
    batchSize: Math.min(queueSize, Number(environment.OTEL_BSP_MAX_EXPORT_BATCH_SIZE ?? 512)),
  }
}
