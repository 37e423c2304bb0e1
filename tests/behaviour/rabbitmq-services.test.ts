import { expect, test } from 'vitest'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { post } from './services.ts'

const broker = { BROKER: 'rabbitmq', BROKER_URL: process.env.BROKER_URL ?? '' }

test('a registration is delivered by RabbitMQ', async () => {
  const database = await openDatabase()
  const user = await runAsync('user', database, broker)
  const email = await runAsync('email', database, { ...broker, EMAIL_DELAY_MS: '0' })
  const answer = await post(user, '/register', { email: 'a@example.com' })
  expect(answer.status).toBe(202)
  await untilHandled(database, 1)
  const health = await (await fetch(`${email.url}/health`)).json()
  expect(health).toMatchObject({ status: 'healthy', rabbitmq_connected: true })
}, 120_000)
