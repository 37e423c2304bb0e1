import { describe, expect, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import type { FunctionName } from '../../model/services.ts'
import { hasRabbitmq, openProxy, shareRabbitmq } from '../rabbitmq.ts'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { post, run } from './services.ts'

const broker = hasRabbitmq ? shareRabbitmq() : undefined

const healthOf = async ({ url }: RunningService) => (await fetch(`${url}/health`)).json()
const readyOf = async ({ url }: RunningService) => (await fetch(`${url}/ready`)).status

describe.skipIf(!hasRabbitmq)('while RabbitMQ is away', () => {
  test.each(['refuse', 'silent'] as const)('what is accepted is kept: %s', async (behaviour) => {
    const database = await openDatabase()
    const proxy = await openProxy(broker?.url() ?? '')
    const start = (name: FunctionName) =>
      runAsync(name, database, { ...proxy.settings, EMAIL_DELAY_MS: '0' })
    const [user, email, analytics] = await Promise.all([
      start('user'),
      start('email'),
      start('analytics'),
    ])
    const register = () => post(user, '/register', { email: `${crypto.randomUUID()}@example.com` })
    const click = () => post(analytics, '/track_click', { user_id: 1, page: '/' })
    expect((await register()).status).toBe(202)
    expect((await click()).status).toBe(200)
    await untilHandled(database, 2)

    proxy.set(behaviour)
    const { status, body } = await click()
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'broker_unavailable' } })
    for (let n = 0; n < 5; n++) expect((await register()).status).toBe(202)
    for (const service of [user, email, analytics])
      await expect
        .poll(() => healthOf(service))
        .toMatchObject({
          status: 'degraded',
          rabbitmq_connected: false,
          reason: expect.stringContaining('broker'),
        })
    expect(await readyOf(user)).toBe(200)
    expect(await readyOf(email)).toBe(503)
    expect(await readyOf(analytics)).toBe(503)

    proxy.set('pass')
    await untilHandled(database, 7)
    for (const service of [user, email, analytics]) {
      await expect.poll(() => healthOf(service)).toMatchObject({ status: 'healthy' })
      expect(await readyOf(service)).toBe(200)
    }
    expect((await click()).status).toBe(200)
  })

  test('a service starts, and is subscribed later', async () => {
    const database = await openDatabase()
    const proxy = await openProxy(broker?.url() ?? '')
    proxy.set('refuse')
    const email = await run('email', {
      ...{ STYLE: 'async', DATABASE_URL: database.url },
      ...proxy.settings,
    })
    await expect.poll(() => healthOf(email)).toMatchObject({ status: 'degraded' })
    expect(await readyOf(email)).toBe(503)
    proxy.set('pass')
    await expect.poll(() => readyOf(email)).toBe(200)
  })
})
