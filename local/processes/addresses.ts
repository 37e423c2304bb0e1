import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const loopback = ['localhost', '127.0.0.1', '[::1]']
const anyAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }

/** An address or a name in the notation of URLs. */
function bracketed(host: string): string {
  const url = `http://${isIPv6(host) ? `[${host}]` : host}`
  return URL.canParse(url) ? new URL(url).hostname : host
}

/** The host in a URL by which this machine reaches a server that listens on `host`. */
export function reachableHost(host: string): string {
  const written = bracketed(host)
  return anyAddress[written] ?? written
}

/** The same for users: `localhost` for loopback. */
export function shownHost(host: string): string {
  const written = bracketed(host)
  return written === '127.0.0.1' || written in anyAddress ? 'localhost' : written
}

/** Scheme and host of the lab that this environment starts. */
export const ownBaseUrl = (HOST = process.env.HOST): string =>
  `http://${shownHost(HOST || '127.0.0.1')}`

/** The names and addresses of this machine, in the notation of URLs. */
function ownHosts(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return [...loopback, hostname(), ...addresses.map(({ address }) => bracketed(address))]
}

/** Whether a URL leads to this machine. */
export const isOwn = (url: string): boolean => ownHosts().includes(new URL(url).hostname)

/** Makes this process and its children reach this machine without the proxy of the shell. */
export function bypassProxies(HOST = process.env.HOST): void {
  const { no_proxy, NO_PROXY } = process.env
  const named = [no_proxy ?? NO_PROXY ?? '', ...ownHosts(), ...(HOST ? [bracketed(HOST)] : [])]
  const list = named.filter((name) => name !== '').join(',')
  // Programs read either of the two.
  Object.assign(process.env, { no_proxy: list, NO_PROXY: list })
}
