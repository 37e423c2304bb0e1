import { expect, test } from 'vitest'
import { postJson } from '../../tests/in-process.ts'
import email from './app.ts'

const send = (body: unknown, emailDelayMs = 20) =>
  email.request('/send_welcome_email', postJson(body), { EMAIL_DELAY_MS: emailDelayMs })

test('answers after the delay of the mail server', async () => {
  const start = performance.now()
  const response = await send({ email: 'ada@example.com', user_id: 1 })
  expect(performance.now() - start).toBeGreaterThanOrEqual(20)
  expect(await response.json()).toMatchObject({ message: 'Email sent', email: 'ada@example.com' })
})

test('stops waiting when the client disconnects', async () => {
  const leaving = new AbortController()
  const request = { ...postJson({ email: 'ada@example.com' }), signal: leaving.signal }
  const response = email.request('/send_welcome_email', request, { EMAIL_DELAY_MS: 600_000 })
  leaving.abort()
  expect((await response).status).toBe(500)
})
