import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import { wire } from '../wire.ts'
import { post, runReady, shareReady } from './services.ts'

const page = 'http://localhost:5173'
const other = 'http://evil.example'
const click = { user_id: 1, page: '/' }

const shared = shareReady('analytics', { CORS_ORIGINS: `https://example.com,${page}` })

test('only pages of allowed origins read and write', async () => {
  const analytics = shared()
  const ask = (origin: string) =>
    post(analytics, '/track_click', click, {
      headers: { origin, 'sec-fetch-site': 'cross-site' },
    })
  const allowed = await ask(page)
  expect(allowed.body).toEqual({ status: 'tracked' })
  expect(allowed.headers.get('access-control-allow-origin')).toBe(page)
  expect(allowed.headers.get('access-control-expose-headers')).toContain('Server-Timing')
  expect(allowed.headers.get('vary')).toContain('Origin')
  const refused = await ask(other)
  expect(refused.status).toBe(403)
  expect(refused.headers.get('access-control-allow-origin')).toBeNull()
})

test('an allowed page may read refusals and probes', async () => {
  const analytics = shared()
  const headers = { origin: page, 'sec-fetch-site': 'same-site' }
  for (const [path, init, status] of [
    ['/health', { headers }, 200],
    ['/nowhere', { headers }, 404],
    ['/track_click', { method: 'POST', headers }, 422],
    ['/track_click', { method: 'DELETE', headers }, 405],
  ] as const) {
    const answer = await fetch(analytics.url + path, init)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
  }
})

test('a preflight names allowed methods and headers', async () => {
  const analytics = shared()
  const preflight = (origin: string) =>
    fetch(`${analytics.url}/track_click`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,idempotency-key',
      },
    })
  const { status, headers } = await preflight(page)
  expect(status).toBe(204)
  expect(headers.get('access-control-allow-origin')).toBe(page)
  expect(headers.get('access-control-allow-methods')).toContain('PUT')
  expect(headers.get('access-control-allow-headers')).toBe('content-type,idempotency-key')
  expect((await preflight(other)).headers.get('access-control-allow-origin')).toBeNull()
})

test('* allows every origin to write', async () => {
  const analytics = await runReady('analytics', { CORS_ORIGINS: '*' })
  const headers = { origin: other, 'sec-fetch-site': 'cross-site' }
  const answer = await post(analytics, '/track_click', click, { headers })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
})

test('a page of another origin cannot set faults', async () => {
  const analytics = await runReady('analytics', { FAULT_SWITCH: 'on' })
  const headers = { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }
  const body = '{"latency":"400"}'
  for (const init of [{ method: 'PUT', body }, { method: 'DELETE' }])
    expect((await fetch(`${analytics.url}/faults`, { ...init, headers })).status).toBe(403)
  const coded = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  const answer = await fetch(`${analytics.url}/faults`, { method: 'PUT', body, headers: coded })
  expect(answer.status).toBe(415)
})

type Asked = { method?: string; path?: string; headers: string[] }

/** The answer to a request whose headers, with its `Host`, are these. */
async function ask({ url }: RunningService, { method = 'GET', path = '/nowhere', headers }: Asked) {
  const body = method === 'GET' ? '' : JSON.stringify(click)
  const lines = [...headers, 'Connection: close', `Content-Length: ${body.length}`, '', body]
  const answer = wire({ url }, [`${method} ${path} HTTP/1.1`, ...lines].join('\r\n'))
  const text = await answer.ended
  return { status: Number(text.split(' ')[1]), text }
}

const behindProxy = shareReady('analytics', { ALLOWED_HOSTS: 'shop.example,.lab.example' })

test.each([
  ['http://shop.example', 'shop.example:80', 200],
  ['https://shop.example', 'shop.example:443', 200],
  ['https://shop.example', 'shop.example:80', 200],
  ['https://shop.example', 'shop.example', 200],
  ['http://shop.example:8080', 'SHOP.example:8080', 200],
  ['http://[::1]', '[::1]:80', 200],
  ['http://shop.example:8080', 'shop.example:80', 403],
  ['http://shop.example', 'shop.example:8080', 403],
  ['http://a.lab.example', 'shop.example', 403],
  ['null', 'shop.example', 403],
])('a page of %s that writes to %s gets %i', async (origin, host, status) => {
  const headers = [`Host: ${host}`, `Origin: ${origin}`]
  const answer = await ask(behindProxy(), { method: 'POST', path: '/track_click', headers })
  expect(answer.status).toBe(status)
})

const agent = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64)'

test.each([
  'Origin: http://rebound.example:8006',
  'Sec-Fetch-Site: same-origin',
  'Referer: http://rebound.example:8006/',
  agent,
])('a browser under an unknown host, seen by %s, is refused', async (mark) => {
  const headers = ['Host: rebound.example:8006', mark]
  for (const path of ['/health', '/ready', '/metrics', '/docs', '/openapi.json', '/nowhere']) {
    const { status, text } = await ask(behindProxy(), { path, headers })
    expect(status).toBe(403)
    expect(text).toContain('Host rebound.example:8006 refused: ALLOWED_HOSTS')
  }
})

test.each([
  '127.0.0.1:8006',
  '192.168.1.2',
  '[fd00::1]:8006',
  'LocalHost:8006',
  'localhost.',
  'lab.localhost:8006',
  'analyticsservice:8000',
  `${hostname()}:8006`,
  'shop.example:8006',
  'lab.example',
  'a.b.lab.example',
])('a browser may use the host %s', async (host) => {
  expect((await ask(behindProxy(), { headers: [`Host: ${host}`, agent] })).status).toBe(404)
})

test.each(['evillab.example', 'a.shop.example', 'localhost.evil.example', '1.2.3.4.evil.example'])(
  'a browser may not use the host %s',
  async (host) => {
    expect((await ask(behindProxy(), { headers: [`Host: ${host}`, agent] })).status).toBe(403)
  },
)

test('clients that are not browsers may use any host', async () => {
  const headers = ['Host: rebound.example', 'User-Agent: node', 'Sec-Fetch-Mode: cors']
  expect((await ask(behindProxy(), { headers })).status).toBe(404)
})

test('a page of an allowed origin may use any host', async () => {
  const headers = ['Host: rebound.example', `Origin: ${page}`, agent]
  expect((await ask(shared(), { headers })).status).toBe(404)
})

test('an allowed page may read why a request was not read', async () => {
  const origin = `Origin: ${page}`
  const readable = `access-control-allow-origin: ${page}\r\n`
  const expecting = await ask(shared(), { headers: ['Host: a', origin, 'Expect: more'] })
  expect(expecting.status).toBe(417)
  expect(expecting.text.toLowerCase()).toContain(readable)
  const headers = ['Host: a', origin, `Cookie: ${'x'.repeat(20_000)}`]
  const large = await ask(shared(), { headers })
  expect(large.status).toBe(431)
  // Bun's parser answers it itself.
  if (process.env.LOCKSTEP_RUNTIME !== 'bun') expect(large.text.toLowerCase()).toContain(readable)
})
