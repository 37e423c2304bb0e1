/** Why RabbitMQ cannot be used, in the same words for every caller. */
import type { BrokerNode } from './broker-url.ts'

/** Its message is one line that names BROKER_URL or a queue, and never the password. */
export class BrokerProblem extends Error {
  override name = 'BrokerProblem'
  /** Whether a retry cannot help. */
  readonly permanent: boolean

  constructor(words: string, { permanent, cause }: { permanent: boolean; cause?: unknown }) {
    super(words, { cause })
    this.permanent = permanent
  }
}

type Failure = { code?: string; message?: string }

/** The oldest that has dead letters of quorum queues at least once. */
export const oldestVersion = '3.10'

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const isTlsProblem = (code: string) => /CERT|SIGNATURE|^ERR_(TLS|SSL)|^EPROTO$/.test(code)

/** What OpenSSL tells, without where in its sources. */
const plainTls = (message: string) =>
  /:error:[^:]*:[^:]*:[^:]*:([^:]*):/.exec(message)?.[1] ?? message.replace(/\s+/g, ' ').trim()

// What a text of the server brings along is of no use to people.
const plain = (message: string) => message.replace(/^\w+: /, '').replace(/^[A-Z_]+ - /, '')

type Words = { words: string; permanent: boolean }

function wordsFor({ code = '', message = '' }: Failure, node: BrokerNode): Words {
  const { server, username, vhost } = node
  const at = `the broker at ${server}`
  if (code === 'ACCESS_REFUSED')
    return {
      words: `${at} refuses the password of "${username}". Correct the URL.`,
      permanent: true,
    }
  if (code === 'NOT_ALLOWED')
    return {
      words:
        `${at} does not let "${username}" into the vhost "${vhost}" (${plain(message)}). ` +
        'Create it, grant its permissions, or correct the URL.',
      permanent: true,
    }
  if (code === 'VERSION_MISMATCH')
    return { words: `${at} does not speak AMQP 0-9-1 (${message}).`, permanent: true }
  if (isTlsProblem(code))
    return {
      words:
        `${at} and the URL disagree about TLS (${plainTls(message)}). Correct the URL; NODE_EXTRA_CA_CERTS ` +
        'names the certificate of an authority of your own.',
      permanent: true,
    }
  return {
    words: `${at} cannot be reached (${message || code}). Start it, or correct the URL.`,
    permanent: false,
  }
}

/** Explains why a connection was not opened, or was lost. */
export function explainConnection(error: unknown, node: BrokerNode): BrokerProblem {
  if (error instanceof BrokerProblem) return error
  const { words, permanent } = wordsFor(error as Failure, node)
  return new BrokerProblem(`BROKER_URL: ${words}`, { permanent, cause: error })
}

const refusals = ['PRECONDITION_FAILED', 'ACCESS_REFUSED', 'RESOURCE_LOCKED', 'NOT_IMPLEMENTED']

/**
 * Explains why a queue or an exchange was not declared.
 * @param what such as `queue order_created_queue`
 */
export function explainDeclaration(error: unknown, what: string): BrokerProblem {
  const { code = '', message = String(error) } = error as Failure
  const permanent = refusals.includes(code)
  const advice =
    code === 'PRECONDITION_FAILED'
      ? 'It exists with other arguments: delete it once it is empty, or name another vhost.'
      : 'Grant the permission, or correct BROKER_URL.'
  const words = `the ${what} cannot be declared (${plain(message)}).`
  return new BrokerProblem(permanent ? `${words} ${advice}` : words, { permanent, cause: error })
}
