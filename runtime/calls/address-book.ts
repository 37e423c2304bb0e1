/** The addresses of names, in the form that undici's DNS interceptor stores. */
import type { interceptors } from 'undici'
import type { Address } from './transport.ts'

type Options = NonNullable<Parameters<typeof interceptors.dns>[0]>
type Storage = NonNullable<Options['storage']>
type Records = NonNullable<ReturnType<Storage['get']>>
type DnsRecord = NonNullable<Records['records'][4]>['ips'][number]

/** Longer than the interceptor's own limit, which then holds. */
const ttl = Number.MAX_SAFE_INTEGER

/** Keeps the addresses of names until they are forgotten. */
export function createAddressBook() {
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
