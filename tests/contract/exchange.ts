import { expect, inject } from 'vitest'
import { readMetrics, valuesBy } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import type { FunctionName } from '../../model/services.ts'

/** The style of the lab under test. */
export const style = inject('style')

export type Exchange = {
  service: FunctionName
  method?: string
  path: string
  /** Sent as JSON; a string and bytes are sent unchanged. */
  body?: unknown
  headers?: Record<string, string>
}

// The body is read at once, so that assertions do not have to wait.
export type Answer = { status: number; headers: Headers; body: unknown; milliseconds: number }

const isRaw = (body: unknown): body is string | Buffer<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Buffer

/** Sends one request to the lab under test. */
export async function send({
  service,
  method = 'POST',
  path,
  body,
  headers,
}: Exchange): Promise<Answer> {
  const start = performance.now()
  const response = await fetch(inject('urls')[service] + path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const milliseconds = performance.now() - start
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(text) : text,
    milliseconds,
  }
}

export const anId = expect.any(Number)
export const aTimestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
export const aUuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** An address that no earlier run used. */
export const newAddress = () => `contract-${crypto.randomUUID()}@example.com`

/** The detail of a 422 about one field. */
export const invalid = (...loc: (string | number)[]) => ({
  detail: [expect.objectContaining({ loc, msg: expect.any(String), type: expect.any(String) })],
})

/** A setting of the lab under test, read from its service's metrics. */
export async function settingOf(service: FunctionName, name: string): Promise<number> {
  const { body } = await send({ service, method: 'GET', path: '/metrics' })
  return valuesBy(readMetrics(String(body)), metrics.setting.name, 'name').get(name) ?? Number.NaN
}
