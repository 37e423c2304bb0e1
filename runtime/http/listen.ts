import type { Listener, ListenOptions } from './arrival.ts'

/**
 * Listens with the server that is native to the runtime: node:http under Node, `Bun.serve` under
 * Bun.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  if ('Bun' in globalThis) return (await import('./bun/listen.ts')).listenOnBun(options)
  return (await import('./node/listen.ts')).listenOnNode(options)
}
