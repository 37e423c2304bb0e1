import { expect } from 'vitest'
import type { FunctionName } from '../../model/services.ts'
import { send } from './exchange.ts'

type Row = Record<string, unknown>

/** The states of work that has not ended. */
const begun = ['pending', 'queued', 'processing']

/** A resource that tells its state, after a wait of at most `seconds` for the next one. */
export async function stateOf(service: FunctionName, path: string, seconds = 0): Promise<Row> {
  const headers = { prefer: `wait=${seconds}` }
  const { status, body } = await send({ service, method: 'GET', path, headers })
  expect(status).toBe(200)
  return body as Row
}

/** A job or an order, once its work has ended. It is asked again only if its state changes. */
export async function endOf(service: FunctionName, path: string): Promise<Row> {
  const states: unknown[] = []
  for (;;) {
    const row = await stateOf(service, path, 10)
    if (!begun.includes(String(row.status))) return row
    if (states.includes(row.status)) expect.fail(`${path} stays ${row.status} for 10 s`)
    states.push(row.status)
  }
}
