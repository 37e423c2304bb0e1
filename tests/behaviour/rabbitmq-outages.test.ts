import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import type { FunctionName } from '../../model/services.ts'
import { hasRabbitmq, openProxy, shareRabbitmq } from '../rabbitmq.ts'
import { openDatabase, runAsync, untilHandled } from './message-services.ts'
import { logOf, post, run } from './services.ts'

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
    const start_ = performance.now()
    const { status, body } = await click()
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'broker_unavailable' } })
    expect(performance.now() - start_).toBeLessThan(1000)
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

/** The reason with which a service ends, and its exit code. */
async function endOf(url: string): Promise<{ code: number | null; words: string }> {
  const database = await openDatabase()
  const environment = {
    STYLE: 'async',
    DATABASE_URL: database.url,
    BROKER: 'rabbitmq',
    BROKER_URL: url,
  }
  const service = await run('email', environment)
  const code = await service.exited
  const fatal = (await logOf(service)).filter(({ level }) => level === 'fatal')
  return { code, words: fatal.map(({ msg }) => msg).join() }
}

const altered = (change: Partial<URL>) => Object.assign(new URL(broker?.url() ?? ''), change).href

describe.skipIf(!hasRabbitmq)('a service ends with one line that names', () => {
  test('the password', async () => {
    const { code, words } = await endOf(altered({ password: 'hush' }))
    expect(code).toBe(1)
    expect(words).toMatch(/^BROKER_URL: the broker at 127\.0\.0\.1:\d+ refuses the password of/)
    expect(words).not.toContain('hush')
  })

  test('the vhost', async () => {
    const { code, words } = await endOf(altered({ pathname: '/nowhere' }))
    expect(code).toBe(1)
    expect(words).toContain('into the vhost "nowhere"')
  })

  test('a queue that has other arguments', async () => {
    await broker?.connection().queueDeclare({ queue: 'user_registered_queue', durable: true })
    const { code, words } = await endOf(broker?.url() ?? '')
    expect(code).toBe(1)
    expect(words).toContain('the queue user_registered_queue cannot be declared')
  })

  test('TLS that the broker does not speak', async () => {
    const { code, words } = await endOf(altered({}).replace('amqp:', 'amqps:'))
    expect(code).toBe(1)
    expect(words).toMatch(/^BROKER_URL: .* disagree about TLS/)
  })
})

test('a broker that is too old is named', async () => {
  const properties = '\x07versionS\0\0\0\x06' + '3.8.34'
  const server = createServer((socket) => {
    const payload = Buffer.from(`\0\x0a\0\x0a\0\x09${properties}`, 'latin1')
    const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length])
    socket.on('error', () => {}).write(Buffer.concat([head, payload, Buffer.from([0xce])]))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const { code, words } = await endOf(`amqp://lab:hush@127.0.0.1:${port}`)
  expect(code).toBe(1)
  expect(words).toContain('is RabbitMQ 3.8.34. 3.10 or newer is needed')
})
