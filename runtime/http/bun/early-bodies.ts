import type { Arrival } from '../arrival.ts'

// Bodies up to this size usually arrive together with their headers.
const mostBytes = 4096

type Fetch = (request: Request, env: Arrival) => Response | Promise<Response>

const mayBeEarly = ({ headers = {} }: Arrival): boolean => {
  const length = Number(headers['content-length'] ?? 0)
  return length > 0 && length <= mostBytes && headers['transfer-encoding'] === undefined
}

/**
 * Begins requests under Bun with the bodies that came with their headers. `Bun.serve` hands such a
 * body over after the request, in the same turn of the event loop; begun then, a request is answered
 * without a timer and without a promise for each of its layers. One whose body has not come by the end
 * of the turn begins with a promise of it. Without it a click takes 6 % more CPU time.
 */
export function withEarlyBodies(fetch: Fetch): Fetch {
  let waiting: (() => void)[] = []

  function beginAll(): void {
    const begins = waiting
    waiting = []
    for (const begin of begins) begin()
  }

  return (request, env) => {
    if (!mayBeEarly(env)) return fetch(request, env)
    return new Promise((resolve, reject) => {
      const coming = request.bytes()
      let hasBegun = false
      const begin = (body: NonNullable<Arrival['body']>) => {
        if (hasBegun) return
        hasBegun = true
        env.body = body
        try {
          resolve(fetch(request, env))
        } catch (error) {
          reject(error)
        }
      }
      const beginLate = () => begin(coming)
      coming.then(begin, beginLate)
      if (waiting.length === 0) setImmediate(beginAll)
      waiting.push(beginLate)
    })
  }
}
