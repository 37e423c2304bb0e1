import { describe, expect, onTestFinished, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'
import { openBrokerProxy } from '../broker-proxy.ts'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { post, run } from './services.ts'

const healthOf = async ({ url }: RunningService) => (await fetch(`${url}/health`)).json()
const readyOf = async ({ url }: RunningService) => (await fetch(`${url}/ready`)).status
const register = (user: RunningService) =>
  post(user, '/register', { email: `${crypto.randomUUID()}@example.com` })
const click = (analytics: RunningService) =>
  post(analytics, '/track_click', { user_id: 1, page: '/' })

const outages = ['refuse', 'silent', 'foreign'] as const

async function openProxy() {
  const proxy = await openBrokerProxy({ target: sharedRabbitmq().url })
  onTestFinished(proxy.close)
  return proxy
}

describe.runIf(brokerName === 'rabbitmq')('while RabbitMQ is away', () => {
  test.each(outages)('what is accepted is kept: %s', async (behaviour) => {
    const database = await openDatabase()
    const proxy = await openProxy()
    const settings = { ...proxy.settings, EMAIL_DELAY_MS: '0' }
    const [user, email, analytics] = await Promise.all([
      runAsync('user', database, settings),
      runAsync('email', database, settings),
      runAsync('analytics', database, settings),
    ])
    const all = [user, email, analytics]
    expect((await register(user)).status).toBe(202)
    expect((await click(analytics)).status).toBe(200)
    await untilHandled(database, 2)

    proxy.set(behaviour)
    const { status, body } = await click(analytics)
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'broker_unavailable' } })
    for (let n = 0; n < 5; n++) expect((await register(user)).status).toBe(202)
    const reason = expect.stringContaining('broker')
    for (const service of all)
      await expect
        .poll(() => healthOf(service))
        .toMatchObject({ status: 'degraded', rabbitmq_connected: false, reason })
    expect(await Promise.all(all.map(readyOf))).toEqual([200, 503, 503])

    proxy.set('pass')
    await untilHandled(database, 7)
    for (const service of all) {
      await expect.poll(() => healthOf(service)).toMatchObject({ status: 'healthy' })
      expect(await readyOf(service)).toBe(200)
    }
    expect((await click(analytics)).status).toBe(200)
  })

  test('a service starts, and is subscribed later', async () => {
    const database = await openDatabase()
    const proxy = await openProxy()
    proxy.set('refuse')
    const settings = { STYLE: 'async', DATABASE_URL: database.url, ...proxy.settings }
    const email = await run('email', settings)
    await expect.poll(() => healthOf(email)).toMatchObject({ status: 'degraded' })
    expect(await readyOf(email)).toBe(503)
    proxy.set('pass')
    await expect.poll(() => readyOf(email)).toBe(200)
  })
})
