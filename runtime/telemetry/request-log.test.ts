import { Hono } from 'hono'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { HttpError } from '../../functions/http/refusal.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import { ClientLeftError } from '../http/arrival.ts'
import { onError } from '../http/errors.ts'
import { createRequestLog } from './request-log.ts'
import { asCurrent, type RequestVariables, recordSpan } from './spans.ts'

/** What is logged of one request to this handler. */
async function linesOf(handler: () => Response, level: 'trace' | 'debug' = 'debug') {
  const lines: string[] = []
  const logger = pino({ level }, { write: (line) => void lines.push(line) })
  const app = new Hono<{ Variables: RequestVariables }>()
  const log = createRequestLog({ logger })
  app.use(async (c, next) => {
    c.set('requestId', 'the-one')
    log.arrived(c)
    await asCurrent(c, next)
    log.answered(c, { handler: '/products/:id', ms: 1 })
  })
  app.get('/products/:id', handler)
  app.onError(onError)
  await app.request('/products/1')
  return lines.map((line) => JSON.parse(line))
}

const throwing = (error: Error) => () => {
  throw error
}

test('a request has one line with its route and spans', async () => {
  const lines = await linesOf(() => {
    recordSpan({ name: 'db', start: 0, duration: 2 })
    return new Response('ok')
  })
  expect(lines).toMatchObject([
    {
      level: 30,
      msg: 'request served',
      request_id: 'the-one',
      method: 'GET',
      path: '/products/1',
      handler: '/products/:id',
      status: 200,
      hops_ms: { db: 2 },
    },
  ])
})

test('a refusal is logged at warn', async () => {
  expect(await linesOf(throwing(new HttpError(400, 'no')))).toMatchObject([
    { level: 40, status: 400, msg: 'request refused' },
  ])
})

test('a request that finds no slot is logged without a stack', async () => {
  const [line] = await linesOf(throwing(new SlotRefusedError('queue_full')))
  expect(line).toMatchObject({ level: 40, status: 503, msg: 'request refused' })
  expect(line.err).toMatchObject({ type: 'SlotRefusedError', message: 'no free slot: queue_full' })
  expect(line.err.stack).not.toContain('\n')
})

test('a fault is logged at error with its cause', async () => {
  expect(await linesOf(throwing(new TypeError('broken')))).toMatchObject([
    { level: 50, status: 500, msg: 'request failed', err: { message: 'broken' } },
  ])
})

test('a client that left is logged at warn without an error', async () => {
  const [line] = await linesOf(throwing(new ClientLeftError()))
  expect(line).toMatchObject({ level: 40, status: 499 })
  expect(line).not.toHaveProperty('err')
})

test('at trace, a request is also logged as it arrives', async () => {
  const lines = await linesOf(() => new Response('ok'), 'trace')
  expect(lines.map(({ msg }) => msg)).toEqual(['request arrived', 'request served'])
})
