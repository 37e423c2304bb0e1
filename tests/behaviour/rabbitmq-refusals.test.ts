import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasRabbitmq, shareRabbitmq } from '../rabbitmq.ts'
import { serviceRuntime } from '../setup/runtime.ts'
import { openDatabase } from './message-services.ts'

type Ended = { code: number; stdout: string; stderr: string }

/** The last line of a service that should refuse its broker. */
async function lastWordOf(BROKER_URL: string): Promise<string> {
  const { url: DATABASE_URL } = await openDatabase()
  const service = { FUNCTION: 'email', PORT: '0', HOST: '127.0.0.1', STYLE: 'async', DATABASE_URL }
  const { code, stdout, stderr } = await promisify(execFile)(
    await serviceRuntime(),
    ['runtime/main.ts'],
    {
      env: { ...process.env, ...service, BROKER: 'rabbitmq', BROKER_URL },
      timeout: 50_000,
    },
  ).then(
    () => expect.fail('the service takes it'),
    (error: Ended) => error,
  )
  expect(code).toBe(1)
  expect(stdout + stderr).not.toContain('hush')
  const last = (stdout + stderr).trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) return last
  const { level, msg } = JSON.parse(last) as { level: string; msg: string }
  expect(level).toBe('fatal')
  expect(msg).not.toContain('\n')
  return msg
}

const broker = hasRabbitmq ? shareRabbitmq() : undefined
const altered = (change: Partial<URL>) => Object.assign(new URL(broker?.url() ?? ''), change).href

describe.skipIf(!hasRabbitmq)('a service ends with one line that names', () => {
  test('the password', async () => {
    expect(await lastWordOf(altered({ password: 'hush' }))).toMatch(
      /^BROKER_URL: the broker at 127\.0\.0\.1:\d+ refuses the password of "\w+"\. Correct/,
    )
  })

  test('the vhost', async () => {
    expect(await lastWordOf(altered({ pathname: '/nowhere' }))).toMatch(
      /^BROKER_URL: the broker at .* does not let "\w+" into the vhost "nowhere"/,
    )
  })

  test('a queue that has other arguments', async () => {
    const queue = 'user_registered_queue'
    await broker?.connection().queueDeclare({ queue, durable: true })
    expect(await lastWordOf(broker?.url() ?? '')).toMatch(
      /^the queue user_registered_queue cannot be declared \(.*x-queue-type.*\)\. It exists/,
    )
  })

  test('TLS that the broker does not speak', async () => {
    expect(await lastWordOf(altered({}).replace('amqp:', 'amqps:'))).toMatch(
      /^BROKER_URL: the broker at .* and the URL disagree about TLS \(.*wrong version number\)/,
    )
  })
})

/** The frame with which a broker of this version begins, without what is not read. */
function startOf(version: string): Buffer {
  const length = String.fromCharCode(version.length)
  const payload = Buffer.from(
    `\0\u000a\0\u000a\0\u0009\u0007versionS\0\0\0${length}${version}`,
    'latin1',
  )
  return Buffer.concat([
    Buffer.from([1, 0, 0, 0, 0, 0, payload.length]),
    payload,
    Buffer.from([206]),
  ])
}

test('a service ends with one line that names a broker that is too old', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {}).write(startOf('3.8.34'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  expect(await lastWordOf(`amqp://lab:hush@127.0.0.1:${port}`)).toBe(
    `BROKER_URL: the broker at 127.0.0.1:${port} is RabbitMQ 3.8.34. 3.10 or newer is needed.`,
  )
})

test.each([
  ['nothing', '', 'BROKER_URL is missing: must be a URL such as amqp://'],
  ['another scheme', 'http://lab:hush@h', 'BROKER_URL is invalid: must be a URL such as amqp://'],
  ['a bare reserved character', 'amqp://lab:hu#sh@h', 'has a reserved character'],
  ['an unfinished escape', 'amqp://lab:hush%@h', 'has a % that encodes nothing'],
  ['a parameter', 'amqp://lab:hush@h?heartbeat=1', 'has parameters after a ?'],
  ['one of several', 'amqp://lab:hush@h,lab:hush@i', 'must be a URL such as amqp://'],
])('a service ends with one line about %s', async (_name, url, words) => {
  expect(await lastWordOf(url)).toContain(words)
})
