import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { describe, expect, inject, test } from 'vitest'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { aTimestamp, send, style } from './exchange.ts'
import { type WriteRoute, writeRoutes } from './write-routes.ts'

const ofStyle = style === 'async' ? { architecture: 'async', rabbitmq_connected: true } : {}

/** The status of a body that is no JSON: a report of the asynchronous style needs no body at all. */
const brokenStatus = (service: FunctionName) =>
  style === 'async' && service === 'report' ? 400 : 422

describe.each(functionNames)('%s', (service) => {
  test('is alive', async () => {
    const { status, body } = await send({ service, method: 'GET', path: '/health' })
    expect(body).toEqual({
      status: 'healthy',
      service: services[service].name,
      timestamp: aTimestamp,
      ...ofStyle,
    })
    expect(status).toBe(200)
  })

  test('is ready', async () => {
    expect((await send({ service, method: 'GET', path: '/ready' })).status).toBe(200)
  })

  test('serves its OpenAPI document and documentation page', async () => {
    const { body } = await send({ service, method: 'GET', path: '/openapi.json' })
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: services[service].name } })
    const page = await send({ service, method: 'GET', path: '/docs' })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    for (const [, asset = ''] of String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(asset).toMatch(/^\/docs\//)
      expect((await send({ service, method: 'GET', path: asset })).status).toBe(200)
    }
  })

  test('answers unknown paths with 404', async () => {
    const { status, body } = await send({ service, method: 'GET', path: '/nowhere' })
    expect(body).toEqual({ detail: 'Not Found' })
    expect(status).toBe(404)
  })

  test('lets no other page read responses', async () => {
    const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
    const answer = await send({ service, method: 'GET', path: '/health', headers })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('refuses a header of 20 KB', async () => {
    // On a new connection, so that no refused body precedes it.
    const request = get(`${inject('urls')[service]}/nowhere`, {
      agent: false,
      headers: { 'x-long': 'x'.repeat(20_000) },
    })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.statusCode).toBe(431)
    expect((await send({ service, method: 'GET', path: '/health' })).status).toBe(200)
  })

  test('returns Server-Timing and the given request id', async () => {
    const { headers } = await send({
      service,
      method: 'GET',
      path: '/nowhere',
      headers: { 'x-request-id': 'my-id' },
    })
    expect(headers.get('server-timing')).toMatch(/total;dur=[\d.]+/)
    expect(headers.get('x-request-id')).toBe('my-id')
  })

  test('assigns a request id', async () => {
    const { headers } = await send({ service, method: 'GET', path: '/nowhere' })
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/)
  })
})

const writing = Object.entries(writeRoutes) as [FunctionName, WriteRoute][]

describe.each(writing)('%s, which takes a body', (service, { method, route, path }) => {
  test('documents its route', async () => {
    const { body } = await send({ service, method: 'GET', path: '/openapi.json' })
    expect(body).toHaveProperty(['paths', route, method.toLowerCase()])
  })

  test('names the allowed methods of a path', async () => {
    const { status, body, headers } = await send({ service, method: 'DELETE', path })
    expect(body).toEqual({ detail: 'Method Not Allowed' })
    expect(status).toBe(405)
    expect(headers.get('allow')).toContain(method)
  })

  test('accepts only JSON', async () => {
    const { status, body } = await send({
      service,
      method,
      path,
      body: 'a=1',
      headers: { 'content-type': 'text/plain' },
    })
    expect(body).toEqual({ detail: expect.any(String) })
    expect(status).toBe(415)
  })

  test('reads a request without content type as JSON', async () => {
    // fetch omits the header only for a Blob without a type.
    const response = await fetch(inject('urls')[service] + path, {
      method,
      body: new Blob(['{"a":']),
    })
    if (brokenStatus(service) === 422)
      expect(await response.json()).toMatchObject({
        detail: [{ loc: ['body'], type: 'json_invalid' }],
      })
    expect(response.status).toBe(brokenStatus(service))
  })

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['an older browser', { origin: 'http://evil.example' }],
    ['a sandbox', { origin: 'null' }],
  ])('refuses writes by a page of %s', async (_name, headers) => {
    const { status, body } = await send({ service, method, path, body: {}, headers })
    expect(body).toEqual({ detail: expect.stringContaining('Cross-origin') })
    expect(status).toBe(403)
  })

  test('accepts writes by its own documentation page', async () => {
    const { origin } = new URL(inject('urls')[service])
    for (const headers of [
      { origin, 'sec-fetch-site': 'same-origin' },
      { origin },
      { 'sec-fetch-site': 'none' },
    ])
      expect((await send({ service, method, path, body: '{', headers })).status).toBe(
        brokenStatus(service),
      )
  })

  test.each(['sized', 'chunked'])('refuses a body of 2 MiB, %s', async (how) => {
    const large = new Blob([new Uint8Array(2 << 20)], { type: 'application/json' })
    const chunked = {
      body: large.stream(),
      headers: { 'content-type': 'application/json' },
      duplex: 'half' as const,
    }
    const response = await fetch(inject('urls')[service] + path, {
      method,
      ...(how === 'sized' ? { body: large } : chunked),
    })
    expect(await response.json()).toEqual({ detail: expect.any(String) })
    expect(response.status).toBe(413)
    expect((await send({ service, method: 'GET', path: '/health' })).status).toBe(200)
  })
})
