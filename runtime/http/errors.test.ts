import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { HttpError } from '../../functions/http/refusal.ts'
import payment from '../../functions/payment/app.ts'
import { postJson } from '../../tests/in-process.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import { onError } from './errors.ts'
import { BodyRefusedError } from './receive-body.ts'

/** The answer to a request whose handler throws this. */
async function answerTo(error: Error) {
  const app = new Hono().get('/', () => {
    throw error
  })
  app.onError(onError)
  const response = await app.request('/')
  const { headers, status } = response
  return { status, retryAfter: headers.get('retry-after'), body: await response.json() }
}

const refusedConnection = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })

test.each([
  ['no_free_slot', new SlotRefusedError('queue_full')],
  ['database_unavailable', refusedConnection],
  ['body_buffer_full', new BodyRefusedError('buffer_full')],
])('a 503 has the code %s beside its detail', async (code, error) => {
  expect(await answerTo(error)).toEqual({
    status: 503,
    retryAfter: '1',
    body: { detail: expect.any(String), code },
  })
})

test('a refusal with an object as detail has its code inside', async () => {
  const detail = { code: 'not_reserved', order_id: 1 }
  expect(await answerTo(new HttpError(503, detail))).toMatchObject({
    status: 503,
    body: { detail },
  })
})

test('a refusal other than 503 has no code', async () => {
  const { status, body } = await answerTo(new BodyRefusedError('too_large'))
  expect([status, body]).toEqual([413, { detail: 'Request body too large' }])
})

test('an unexpected fault reveals nothing', async () => {
  const { status, body } = await answerTo(new Error('secret'))
  expect([status, body]).toEqual([500, { detail: 'Internal Server Error' }])
})

test('malformed JSON is invalid input', async () => {
  const app = new Hono().route('/', payment as never)
  app.onError(onError)
  const response = await app.request('/process_payment', postJson('{"amount":'))
  expect(response.status).toBe(422)
  expect(await response.json()).toEqual({
    detail: [{ loc: ['body'], msg: 'is not valid JSON', type: 'json_invalid' }],
  })
})

test('the OpenAPI document names the codes of a 503', async () => {
  const document = payment.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'payment', version: '1' },
  })
  const response = JSON.stringify(document.paths?.['/process_payment']?.post?.responses?.['503'])
  expect(response).toContain(
    '"code":{"type":"string","enum":["no_free_slot","database_unavailable"',
  )
  expect(response).toContain('"enum":["not_reserved","interrupted"]')
})
