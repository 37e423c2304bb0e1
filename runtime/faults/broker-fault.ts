/** Faults of the way to the broker: a relay on loopback, which refuses connections or delays them. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createRandom } from '../../formats/random.ts'
import { type BrokerFaultSpec, drawLatency, parseLatency } from './fault-spec.ts'

/** Where something listens. */
export type Address = { hostname: string; port: number }

type Relay = { server: Server; port: number; sockets: Set<Socket> }

const host = '127.0.0.1'

const listenOn = (server: Server, port: number) =>
  new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as { port: number }).port))
  })

/** The faults that an experiment injects between one container and its broker. */
export function createBrokerFault() {
  const relays = new Map<string, Promise<Relay>>()
  let spec: BrokerFaultSpec | undefined
  let begin = 0
  let end = Infinity
  let timers: NodeJS.Timeout[] = []
  let latency = () => 0

  const isActive = () => performance.now() >= begin && performance.now() < end
  const delayMs = () => (isActive() ? latency() : 0)

  async function relayTo(target: Address): Promise<Relay> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => join(socket, target, sockets))
    return { server, port: await listenOn(server, 0), sockets }
  }

  function join(near: Socket, { hostname, port }: Address, sockets: Set<Socket>): void {
    const far = connect(port, hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
      // The other side sees its end.
      socket.on('error', () => {})
    }
    pass(near, far, delayMs)
    pass(far, near, delayMs)
  }

  async function forAll(change: (relay: Relay) => unknown): Promise<void> {
    await Promise.all(Array.from(relays.values(), async (relay) => change(await relay)))
  }
  const suspend = () =>
    forAll(({ server, sockets }) => {
      server.close()
      for (const socket of sockets) socket.resetAndDestroy()
    })
  const resume = () =>
    forAll(async ({ server, port }) => {
      if (!server.listening) await listenOn(server, port)
    })

  return {
    /** The configured faults, active or not. */
    get current(): BrokerFaultSpec | undefined {
      return performance.now() < end ? spec : undefined
    },
    /** Where a node of the broker is reached, through the faults. */
    async reach(node: Address): Promise<Address> {
      const key = `${node.hostname}:${node.port}`
      const relay = relays.get(key) ?? relayTo(node)
      relays.set(key, relay)
      const { server, port } = await relay
      if (spec?.refuse && isActive()) server.close()
      return { hostname: host, port }
    },
    /** Replaces the configured faults; `undefined` clears them. */
    async set(next: BrokerFaultSpec | undefined): Promise<void> {
      for (const timer of timers) clearTimeout(timer)
      const { after_ms = 0, for_ms = Infinity, seed = Date.now() } = next ?? {}
      spec = next
      begin = performance.now() + after_ms
      end = begin + for_ms
      const drawn = parseLatency(next?.latency ?? '0') ?? { kind: 'fixed', ms: 0 }
      const random = createRandom(seed)
      latency = () => drawLatency(drawn, random)
      timers = next?.refuse ? [setTimeout(suspend, after_ms)] : []
      if (next?.refuse && for_ms !== Infinity) timers.push(setTimeout(resume, after_ms + for_ms))
      for (const timer of timers) timer.unref()
      await resume()
    },
    async close(): Promise<void> {
      for (const timer of timers) clearTimeout(timer)
      await suspend()
    },
  }
}

/** Passes on what a socket reads, in its order and each part after a wait; then its end. */
function pass(from: Socket, to: Socket, waitMs: () => number): void {
  let last = Promise.resolve()
  from.on('data', (part: Buffer) => {
    const dueMs = performance.now() + waitMs()
    last = last.then(async () => {
      const ms = dueMs - performance.now()
      if (ms > 0) await delay(ms)
      if (to.write(part)) return
      from.pause()
      to.once('drain', () => from.resume())
    })
  })
  from.on('close', () => void last.then(() => to.destroy()))
}

export type BrokerFault = ReturnType<typeof createBrokerFault>
