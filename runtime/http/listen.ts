import type { Listener, ListenOptions } from './arrival.ts'

/**
 * Listens with the server that is native to the runtime: node:http under Node, `Bun.serve` under
 * Bun.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  if ('Bun' in globalThis) return (await import('./bun/listen.ts')).listenOnBun(options)
  return (await import('./node/listen.ts')).listenOnNode(options)
}

type Reason = (place: { host: string; port: number }) => string

const reasons: Record<string, Reason> = {
  EADDRINUSE: ({ port }) => `port ${port} is in use`,
  EACCES: ({ port }) => `port ${port} is not open to this account: take one from 1024`,
  EADDRNOTAVAIL: ({ host }) => `HOST "${host}" is not an address of this machine`,
  ENOTFOUND: ({ host }) =>
    `HOST "${host}" is neither an address nor a name that this machine knows (IPv6 without brackets)`,
  EAI_AGAIN: ({ host }) => `HOST "${host}" cannot be looked up now: try again, or take an address`,
  EAFNOSUPPORT: ({ host }) => `HOST "${host}" is of a family that this machine does not have`,
  EINVAL: ({ host }) => `HOST "${host}" cannot be listened on: take another address`,
}

/** Names what is wrong with the address or the port, with the system's own code. */
export function explainListenError(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string {
  const reason = code === undefined ? undefined : reasons[code]
  return reason
    ? `${reason({ host, port })} (${code})`
    : `cannot listen on ${host}, port ${port}: ${message}`
}
