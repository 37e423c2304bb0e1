/** Clients that send only the beginning of a request. */
import { connect, type Socket } from 'node:net'
import { head } from '../wire.ts'

/** By the announced size of their body: small, large, unknown. */
const beginnings = (path: string) => [
  `${head('POST', path, 'Content-Length: 100')}{"page":`,
  `${head('POST', path, 'Content-Length: 1000000')}{"page":`,
  `${head('POST', path, 'Transfer-Encoding: chunked')}8\r\n{"page":\r\n`,
]

export type HalfSent = {
  /** Connections that the service has closed; each was replaced. */
  ended: () => number
  stop: () => void
}

/** Keeps this many half-sent requests open at a service. */
export function holdHalfSent(url: string, path: string, clients: number): HalfSent {
  const { port, hostname } = new URL(url)
  const open = new Set<Socket>()
  let ended = 0
  let stopped = false
  function begin(nth: number): void {
    const socket = connect(Number(port), hostname)
    open.add(socket)
    socket.resume()
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      if (stopped) return
      ended++
      begin(nth)
    })
    socket.write(beginnings(path)[nth % 3] ?? '')
  }
  for (let nth = 0; nth < clients; nth++) begin(nth)
  return {
    ended: () => ended,
    stop() {
      stopped = true
      for (const socket of open) socket.destroy()
    },
  }
}
