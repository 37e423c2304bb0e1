import { type FunctionName, services } from '../../model/services.ts'

export const urlOf = (name: FunctionName) => `http://localhost:${services[name].port}`

export type Load = {
  /** Requests that got an answer, by status. */
  answered: Map<number, number>
  /** Ids of the requests whose connection ended before their answer. */
  lost: string[]
  /** Requests that were refused before they were sent. */
  refused: number
  stop: () => Promise<void>
}

const requests: [FunctionName, string, string, () => object][] = [
  ['user', 'POST', '/register', () => ({ email: `${crypto.randomUUID()}@example.com` })],
  ['payment', 'POST', '/process_payment', () => ({})],
  ['product', 'PUT', '/products/1', () => ({})],
  ['report', 'POST', '/generate_report', () => ({})],
  ['order', 'POST', '/create_order', () => ({ product_id: 1, payment: 'fail' })],
  ['order', 'POST', '/create_order', () => ({ product_id: 1, payment: 'succeed' })],
  ['analytics', 'POST', '/track_click', () => ({ user_id: 1, page: '/' })],
]

// A new connection for each request, so that none is lost on one that its server was about to close.
const headers = { 'content-type': 'application/json', connection: 'close' }

/** One client per scenario, one request after the other, until it is stopped. */
export function startLoad(): Load {
  const load: Load = { answered: new Map(), lost: [], refused: 0, stop: async () => {} }
  let stopped = false
  const client = async ([name, method, path, body]: (typeof requests)[number]) => {
    while (!stopped) {
      const id = crypto.randomUUID()
      try {
        const answer = await fetch(urlOf(name) + path, {
          method,
          headers: { ...headers, 'x-request-id': id },
          body: JSON.stringify(body()),
        })
        await answer.arrayBuffer()
        load.answered.set(answer.status, (load.answered.get(answer.status) ?? 0) + 1)
      } catch (error) {
        const { code } = (error as Error & { cause: NodeJS.ErrnoException }).cause
        if (code === 'ECONNREFUSED') load.refused++
        else load.lost.push(id)
      }
    }
  }
  const clients = requests.map(client)
  load.stop = async () => {
    stopped = true
    await Promise.all(clients)
  }
  return load
}
