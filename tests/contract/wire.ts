import { inject } from 'vitest'
import { readMetrics, samplesOf } from '../../formats/metrics-text.ts'
import type { FunctionName } from '../../model/services.ts'
import { wire } from '../wire.ts'
import { send } from './exchange.ts'

/** A response as it was received; status 0 means that the connection was closed without one. */
export type WireAnswer = { status: number; body: unknown }

/** Sends these bytes on a new connection, and reads until the service closes it. */
export async function sendRaw(service: FunctionName, request: string): Promise<WireAnswer> {
  const text = await wire({ url: inject('urls')[service] }, request).ended
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1] ?? 0), body: parsed(body) }
}

/**
 * The JSON of a body, from the first brace to the last: without the chunk sizes, if there are any.
 */
function parsed(body: string): unknown {
  const json = /{.*}/s.exec(body)?.[0]
  return json === undefined ? body : JSON.parse(json)
}

/** Whether the lab under test runs on Bun. */
export async function isOnBun(service: FunctionName): Promise<boolean> {
  const { body } = await send({ service, method: 'GET', path: '/metrics' })
  const [info] = samplesOf(readMetrics(String(body)), 'lab_info')
  return info?.labels.runtime?.startsWith('bun ') ?? false
}
