/** The version of a broker, which the client library does not tell. */
import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { BrokerProblem, oldestVersion } from './broker-problem.ts'
import type { BrokerNode } from './broker-url.ts'

// https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, 4.2.2
const protocolHeader = Buffer.from('AMQP\0\0\x09\x01', 'latin1')

// A field of a table: the length of its name, its name, `S` and the length of a text.
const field = `${String.fromCharCode(7)}versionS\0\0\0`

/** The version among the properties of a server, in the frame that it begins with. */
export function versionIn(frame: Buffer): string | undefined {
  const found = frame.indexOf(field, 0, 'latin1')
  if (found < 0) return undefined
  const start = found + field.length
  const version = frame.toString('latin1', start + 1, start + 1 + (frame[start] ?? 0))
  return /^\d+\.\d+/.test(version) ? version : undefined
}

const isOlder = (version: string, than: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = than.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}

/** The first frame of a server. */
function readStart(node: BrokerNode, limitMs: number) {
  const { hostname: host, port, servername, isSecure } = node
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = isSecure ? connectTls({ host, port, servername }) : connectPlain({ host, port })
  const signal = AbortSignal.timeout(limitMs)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    const frame = Buffer.concat(chunks)
    // Type and channel take three bytes, the length four; after it, one ends the frame.
    if (frame.length >= 7 && frame.length >= 8 + frame.readUInt32BE(3)) resolve(frame)
  })
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('it closed the connection')))
  signal.addEventListener('abort', () => reject(new Error('it does not answer')))
  socket.write(protocolHeader)
  return promise.finally(() => socket.destroy())
}

/**
 * @throws BrokerProblem if the broker is too old, or the error of the connection
 */
export async function requireVersion(node: BrokerNode, limitMs: number): Promise<void> {
  const version = versionIn(await readStart(node, limitMs))
  if (version === undefined || !isOlder(version, oldestVersion)) return
  throw new BrokerProblem(
    `BROKER_URL: the broker at ${node.server} is RabbitMQ ${version}. ` +
      `${oldestVersion} or newer is needed.`,
    { permanent: true },
  )
}
