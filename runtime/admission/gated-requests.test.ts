import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { corsHeaders } from '../http/origins.ts'
import { type Gating, gateFetch, gateListener } from './gated-requests.ts'
import type { LoopGate, Work } from './loop-gate.ts'

const origin = 'http://localhost:5173'
const closed = { enter: (work: Work) => work.refuse(0), spare: () => {} }
const gating: Gating = {
  gate: closed as unknown as LoopGate,
  onRefused: () => {},
  corsOf: corsHeaders([origin, 'https://example.com']),
}
const served = () => new Response('ok')

/** The answer of a server that listens like this to a page. */
async function answerOf(listener: RequestListener): Promise<Response> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}/users`, { headers: { origin } })
}

test.each([
  ['a listener', () => answerOf(gateListener(gating, () => {}))],
  [
    'a fetch handler',
    async () => gateFetch(gating, served)(new Request('http://a/users'), { headers: { origin } }),
  ],
])('an allowed page may read a refusal before %s', async (_name, answer) => {
  const { status, headers } = await answer()
  expect(status).toBe(503)
  expect(headers.get('access-control-allow-origin')).toBe(origin)
  expect(headers.get('access-control-expose-headers')).toContain('Retry-After')
})
