/** The connections to a service, which may have several replicas under one name. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Agent, interceptors, Pool } from 'undici'
import { type Answer, type Outgoing, type Send, sendOver } from './exchange.ts'

export type Transport = { send: Send; close: () => Promise<void> }

export type Address = { address: string; family: number }

export type TransportOptions = {
  baseURL: string
  /** Calls, and so connections, at once. */
  connections: number
  /** The addresses of a name; the resolver of the machine by default. */
  resolve?: (hostname: string) => Promise<Address[]>
}

// Each call has a limit of its own, which may be longer than undici's five minutes.
const unlimited = { headersTimeout: 0, bodyTimeout: 0 }

/** Opens the connections to an address, or to all addresses of a name. */
export function openTransport(options: TransportOptions): Transport {
  const { hostname, origin } = new URL(options.baseURL)
  // One address needs no turns, and a pool alone is cheaper. A URL has IPv6 in brackets.
  if (!isIP(hostname.replace(/^\[|\]$/g, ''))) return openReplicas({ ...options, origin })
  const pool = new Pool(origin, { connections: options.connections, ...unlimited })
  return { send: sendOver(pool, origin, options.connections), close: () => pool.close() }
}

// How long the addresses of a name are kept: a replica that has ended is called for this long.
const addressesMs = 1000
const connectMs = 2000
const attempts = 3

/** Errors of a connection that never opened, so that no replica has seen the request. */
const unopened = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/**
 * The replicas of a name, which take turns request by request. A pool would reach few of them: it
 * opens a connection only when all others are busy, and keeps it. A request whose connection does
 * not open goes to another replica; no other is sent twice.
 */
function openReplicas({
  origin,
  connections,
  resolve = (hostname) => lookup(hostname, { all: true }),
}: TransportOptions & { origin: string }): Transport {
  const book = createAddressBook()
  const agent = new Agent({ connections, connect: { timeout: connectMs }, ...unlimited })
  const replicas = agent.compose(
    interceptors.dns({
      maxTTL: addressesMs,
      storage: book.storage,
      lookup: ({ hostname }, _options, done) =>
        void resolve(hostname).then(
          (addresses) => done(null, book.inTurn(addresses)),
          (error) => done(error, []),
        ),
    }),
  )
  const sendToNext = sendOver(replicas, origin, connections)
  async function send(call: Outgoing, left = attempts): Promise<Answer> {
    const start = performance.now()
    try {
      return await sendToNext(call)
    } catch (error) {
      const { code = '', address } = error as NodeJS.ErrnoException & { address?: string }
      if (left === 1 || !unopened.includes(code)) throw error
      book.forget(new URL(origin).hostname, address)
      // All attempts share the time of the call.
      return send({ ...call, limitMs: call.limitMs - (performance.now() - start) }, left - 1)
    }
  }
  return { send: (call) => send(call), close: () => agent.close() }
}

// The form in which undici's DNS interceptor stores the addresses of names.
type DnsOptions = NonNullable<Parameters<typeof interceptors.dns>[0]>
type Storage = NonNullable<DnsOptions['storage']>
type Records = NonNullable<ReturnType<Storage['get']>>
type DnsRecord = NonNullable<Records['records'][4]>['ips'][number]

/** Longer than the interceptor's own limit, which then holds. */
const ttl = Number.MAX_SAFE_INTEGER

/** Keeps the addresses of names until they are forgotten. */
function createAddressBook() {
  const names = new Map<string, Records>()
  const storage: Storage = {
    get size() {
      return names.size
    },
    get: (hostname) => names.get(hostname) ?? null,
    set: (hostname, records) => void (records && names.set(hostname, records)),
    delete: (hostname) => void names.delete(hostname),
    full: () => false,
  }
  return {
    storage,
    /**
     * The addresses of the preferred family, from a random one on: callers that look up names at
     * the same time, or often, would otherwise all begin with the first.
     */
    inTurn(addresses: readonly Address[]): DnsRecord[] {
      const family = addresses[0]?.family === 6 ? 6 : 4
      const same = addresses.filter((address) => address.family === family)
      const first = Math.floor(Math.random() * same.length)
      return [...same.slice(first), ...same.slice(0, first)].map(({ address }) => ({
        address,
        family,
        ttl,
      }))
    },
    /** Leaves an address out until the name is looked up again; at once, if none is left. */
    forget(hostname: string, address: string | undefined): void {
      const { records } = names.get(hostname) ?? {}
      const left = [records?.[4], records?.[6]].flatMap((family) => {
        if (!family) return []
        family.ips = family.ips.filter((record) => record.address !== address)
        return family.ips
      })
      if (address === undefined || left.length === 0) names.delete(hostname)
    },
  }
}
