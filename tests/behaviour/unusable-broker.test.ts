/** A broker that can never be used ends a service, in one line that says why. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { execute, outputOf } from '../../local/processes/execute.ts'
import { brokerName, sharedRabbitmq } from '../broker.ts'
import { openBrokerProxy } from '../broker-proxy.ts'
import { createTestDatabase } from '../database.ts'
import { lastWord, refuseService } from './refused.ts'

const password = 'tell-nobody'

/** The line in which a service of these settings says why it ends. */
async function lineOf(settings: object): Promise<string> {
  const { url: DATABASE_URL, drop } = await createTestDatabase()
  onTestFinished(drop)
  const own = { STYLE: 'async', FUNCTION: 'email', PORT: '0', HOST: '127.0.0.1', DATABASE_URL }
  const output = await refuseService({ ...own, ...settings })
  expect(output).not.toContain(password)
  return lastWord(output)
}

const lineAbout = (BROKER_URL: string) => lineOf({ BROKER: 'rabbitmq', BROKER_URL })

test('a broker that is not known is named', async () => {
  expect(await lineOf({ BROKER: 'kafka' })).toMatch(/BROKER.*kafka|BROKER.*embedded.*rabbitmq/)
})

test.each([
  ['nothing', '', 'BROKER_URL is missing: must be a URL such as amqp://'],
  ['another protocol', `http://lab:${password}@h`, 'is invalid: must be a URL such as amqp://'],
  ['no address', 'somewhere', 'BROKER_URL is invalid: must be a URL such as amqp://'],
  ['a bare #', `amqp://lab:${password}#@h`, 'has a reserved character'],
  ['an unfinished escape', `amqp://lab:${password}%@h`, 'has a % that encodes nothing'],
  ['a parameter', `amqp://lab:${password}@h?heartbeat=1`, 'has parameters after a ?'],
  ['one of several', `amqp://h,lab:${password}@i`, 'must be a URL such as amqp://'],
])('a URL is refused: %s', async (_name, url, words) => {
  const line = await lineAbout(url)
  expect(line).toContain(words)
  expect(line).toMatch(/^BROKER_URL /)
})

/** A key and a certificate that nobody has signed but itself. */
async function selfSigned() {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-certificate-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const files = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1']
  await execute('openssl', ['req', '-x509', ...files, ...named])
  return { key: await readFile(key), cert: await readFile(cert) }
}

const hasOpenssl = (await outputOf('openssl', ['version'])) !== undefined

test.runIf(hasOpenssl)('a certificate that does not verify is named', async () => {
  const server = createServer(await selfSigned(), (socket) => socket.on('error', () => {}))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const line = await lineAbout(`amqps://lab:${password}@localhost:${port}`)
  expect(line).toMatch(/^BROKER_URL: .*certificate/)
})

/** Has a broker say that it is of a version without the queues that are needed. */
function makeOld(chunk: Buffer): Buffer {
  const field = '\x07versionS'
  const length = chunk.indexOf(field) + field.length
  if (length < field.length) return chunk
  const old = Buffer.from(chunk)
  old.write('3.9.'.padEnd(chunk.readUInt32BE(length), '0'), length + 4)
  return old
}

test.runIf(brokerName === 'rabbitmq')('a broker that is too old is named', async () => {
  const proxy = await openBrokerProxy({ target: sharedRabbitmq().url, alter: makeOld })
  onTestFinished(proxy.close)
  expect(await lineAbout(proxy.url)).toMatch(/^BROKER_URL: .*3\.9\.\d+.* 3\.10 or newer is needed/)
})

test.runIf(brokerName === 'rabbitmq').each([
  ['password', { password }, /^BROKER_URL: .*refuses the password of "/],
  ['vhost', { pathname: '/nowhere' }, /^BROKER_URL: .*the vhost "nowhere"/],
  ['protocol', { protocol: 'amqps:' }, /^BROKER_URL: .*disagree about TLS/],
])('a wrong %s is named', async (_name, part, reason) => {
  const { href } = Object.assign(new URL(sharedRabbitmq().url), part)
  expect(await lineAbout(href)).toMatch(reason)
})

test.runIf(brokerName === 'rabbitmq')('a queue with other arguments is named', async () => {
  const rabbitmq = sharedRabbitmq()
  const again = () => rabbitmq.deleteQueue('user_registered_queue')
  await again()
  // Of another type than the lab's.
  await rabbitmq.declare('user_registered_queue')
  onTestFinished(async () => void (await again()))
  expect(await lineAbout(rabbitmq.url)).toContain(
    'the queue user_registered_queue cannot be declared',
  )
})
