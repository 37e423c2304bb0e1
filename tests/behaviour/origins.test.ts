import { expect, test } from 'vitest'
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
