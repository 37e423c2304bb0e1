import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const loopback = ['localhost', '127.0.0.1', '[::1]']
const anyAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }

/** An address or a name as a URL writes it. */
function bracketed(host: string): string {
  const url = `http://${isIPv6(host) ? `[${host}]` : host}`
  return URL.canParse(url) ? new URL(url).hostname : host
}

/** Where this machine reaches a server that listens on `host`, as a URL writes it. */
export function reachableHost(host: string): string {
  const written = bracketed(host)
  return anyAddress[written] ?? written
}

/** The same for people: `localhost` if that is where it is. */
export function shownHost(host: string): string {
  const written = bracketed(host)
  return written === '127.0.0.1' || written in anyAddress ? 'localhost' : written
}

/** Scheme and host of the lab that this environment starts. */
export const ownBaseUrl = (HOST = process.env.HOST): string =>
  `http://${shownHost(HOST || '127.0.0.1')}`

/** What this machine is called by itself, as URLs write it. */
function ownHosts(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return [...loopback, hostname(), ...addresses.map(({ address }) => bracketed(address))]
}

/** Whether a URL leads to this machine. */
export const isOwn = (url: string): boolean => ownHosts().includes(new URL(url).hostname)

/**
 * Keeps what this process and its children ask of this machine away from the proxy of the shell. Others are reached as the
 * user has set it up.
 */
export function bypassProxies(HOST = process.env.HOST): void {
  const { no_proxy, NO_PROXY } = process.env
  const named = [no_proxy ?? NO_PROXY ?? '', ...ownHosts(), ...(HOST ? [bracketed(HOST)] : [])]
  const list = named.filter((name) => name !== '').join(',')
  // Programs differ in which one they read.
  Object.assign(process.env, { no_proxy: list, NO_PROXY: list })
}
