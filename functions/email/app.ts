import { defineFunction } from '../http/define.ts'
import { waitAtLeast } from '../wait.ts'
import { sendWelcomeEmail } from './contract.ts'

/** Scenario 1, callee: a slow mail server. */
export default defineFunction<'email'>().openapi(sendWelcomeEmail, async (c) => {
  const { email } = c.req.valid('json')
  await waitAtLeast(c.env.EMAIL_DELAY_MS, c.req.raw.signal)
  return c.json({ message: 'Email sent', email, timestamp: new Date().toISOString() }, 200)
})
