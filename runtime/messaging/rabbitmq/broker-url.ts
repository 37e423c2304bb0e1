/** The only reader of BROKER_URL, so that all programs report an invalid one in the same words. */
import { isIP } from 'node:net'

const example = 'amqp://user:password@host:5672/vhost'
const escapes = '# is %23, / is %2F, ? is %3F, @ is %40, % is %25, a space is %20'
const ports: Record<string, number> = { 'amqp:': 5672, 'amqps:': 5671 }

/** One node of a broker, and how to log in there. */
export type BrokerNode = {
  /** `host:port`, to be shown. */
  server: string
  hostname: string
  port: number
  /** What its certificate has to be for, unless it is an address of IP. */
  servername?: string
  isSecure: boolean
  username: string
  password: string
  vhost: string
}

const partsOf = (text: string) => text.split(',').map((part) => part.trim())

const isEncoded = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

function problemOf(text: string): string | undefined {
  if (!/^amqps?:\/\//.test(text)) return `must be a URL such as ${example}, or several with commas`
  const [control] = /\p{Cc}/u.exec(text) ?? []
  if (control) return `has the control character ${JSON.stringify(control)}: remove it`
  const [, authority = '', rest = ''] = /^\w+:\/\/([^/?#]*)(.*)$/.exec(text) ?? []
  if (/[\s#]/.test(text) || (!authority.includes('@') && rest.includes('@')))
    return `has a reserved character or a space: percent-encode it (${escapes})`
  if (!isEncoded(text)) return `has a % that encodes nothing (${escapes})`
  const url = URL.parse(text)
  if (!url?.hostname) return `has no valid host or port: it must be a URL such as ${example}`
  if (url.search) return 'has parameters after a ?, which mean nothing here: remove them'
  if (url.pathname.split('/').length > 2) return 'has a / in its vhost: write it as %2F'
  return undefined
}

/** The problem with a list of URLs, in words without a URL; `undefined` if there is none. */
export const findBrokerUrlProblem = (text: string): string | undefined =>
  partsOf(text)
    .map(problemOf)
    .find((problem) => problem !== undefined)

function nodeOf(text: string): BrokerNode {
  const { protocol, hostname, port, username, password, pathname } = new URL(text)
  const number = Number(port || ports[protocol])
  // An address of IPv6 stands in brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    server: `${hostname}:${number}`,
    hostname: host,
    ...(isIP(host) === 0 && { servername: host }),
    port: number,
    isSecure: protocol === 'amqps:',
    // As all clients of RabbitMQ do it.
    username: decodeURIComponent(username) || 'guest',
    password: decodeURIComponent(password) || 'guest',
    vhost: decodeURIComponent(pathname.slice(1)) || '/',
  }
}

/** The nodes that valid URLs name. */
export const nodesOf = (text: string): BrokerNode[] => partsOf(text).map(nodeOf)
