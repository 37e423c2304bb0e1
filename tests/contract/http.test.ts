import { beforeAll, describe, expect, test } from 'vitest'
import { functionNames } from '../../model/services.ts'
import { invalid, send } from './exchange.ts'
import { isOnBun, sendRaw } from './wire.ts'

const click = '{"user_id":1,"page":"/"}'
const head = (line: string, ...headers: string[]) => `${[line, ...headers, '', ''].join('\r\n')}`
const close = 'Connection: close'
const get = (path: string, ...headers: string[]) => head(`GET ${path} HTTP/1.1`, ...headers, close)
const post = (headers: string[], body = click) =>
  head(
    'POST /track_click HTTP/1.1',
    'Host: a',
    ...headers,
    `Content-Length: ${body.length}`,
    close,
  ) + body

let onBun: boolean
beforeAll(async () => {
  onBun = await isOnBun('analytics')
})

test.each(functionNames)('%s serves a health check over HTTP/1.0', async (service) => {
  const { status, body } = await sendRaw(service, head('GET /health HTTP/1.0'))
  expect(body).toMatchObject({ status: 'healthy' })
  expect(status).toBe(200)
})

test('tracks a click over HTTP/1.0 without Host', async () => {
  const request = head('POST /track_click HTTP/1.0', `Content-Length: ${click.length}`) + click
  expect(await sendRaw('analytics', request)).toEqual({ status: 200, body: { status: 'tracked' } })
})

test.each([
  ['an empty host', get('/health', 'Host:')],
  ['an IPv6 address', get('/health', 'Host: [::1]:8006')],
  ['a host in capitals', get('/health', 'Host: LocalHost:8006')],
  ['an absolute target', get('http://a/health', 'Host: a')],
])('%s is served', async (_name, request) => {
  expect((await sendRaw('analytics', request)).status).toBe(200)
})

/** Responses of each runtime's parser; `null` is a response of Bun's own, without a body. */
const refused: [name: string, request: string, status: number, onBun: number | null][] = [
  ['two hosts', get('/health', 'Host: a', 'Host: b'), 400, 400],
  ['two equal hosts', get('/health', 'Host: a', 'Host: a'), 400, 400],
  ['two hosts in HTTP/1.0', head('GET /health HTTP/1.0', 'Host: a', 'Host: b'), 400, 400],
  ['a host with a space', get('/health', 'Host: a b'), 400, 400],
  ['a host with a path', get('/health', 'Host: a/b'), 400, 400],
  ['a host with a user', get('/health', 'Host: a@b'), 400, 400],
  ['a port of 99999', get('/health', 'Host: a:99999'), 400, 400],
  ['an unknown expectation', get('/health', 'Host: a', 'Expect: more'), 417, 417],
  ['CONNECT', head('CONNECT a:80 HTTP/1.1', 'Host: a:80', close), 501, 501],
  ['TRACE', head('TRACE /health HTTP/1.1', 'Host: a', close), 405, 405],
  // Bun's parser turns it into a slash.
  ['a backslash in a path', get('/he\\alth', 'Host: a'), 400, 404],
  ['a fragment in a query', get('/health?a=1#b', 'Host: a'), 400, 400],
  ['a fragment in a path', get('/health#b', 'Host: a'), 400, 400],
  ['no host in HTTP/1.1', get('/health'), 400, null],
  ['OPTIONS *', head('OPTIONS * HTTP/1.1', 'Host: a', close), 400, null],
  ['a target without a slash', get('health', 'Host: a'), 400, null],
  ['an unknown method', head('FETCH /health HTTP/1.1', 'Host: a', close), 400, null],
  ['a header with a space in its name', get('/health', 'Host: a', 'A b: c'), 400, null],
  ['a length that is no number', post(['Content-Length: x']), 400, null],
  ['an unknown transfer coding', post(['Transfer-Encoding: gzip']), 400, null],
]

test.each(refused)('%s is refused with a detail', async (_name, request, status, bunStatus) => {
  const answer = await sendRaw('analytics', request)
  if (onBun && bunStatus === null) return expect(answer.body).toBe('')
  expect(answer.body).toEqual({ detail: expect.stringMatching(/./) })
  expect(answer.status).toBe(onBun ? bunStatus : status)
})

describe('the body of a click', () => {
  const track = (headers: Record<string, string>, body = click) =>
    send({ service: 'analytics', path: '/track_click', headers, body })

  test.each([
    'application/json;',
    'application/json ; charset=utf-8',
    'application/json; charset="utf-8"',
    'application/json;;charset=utf-8;',
    'application/json;odd parameter',
    'APPLICATION/JSON',
    'application/vnd.api+json',
  ])('is JSON as %s', async (type) => {
    expect((await track({ 'content-type': type })).status).toBe(200)
    expect((await track({ 'content-type': type }, '{')).body).toEqual(invalid('body'))
  })

  test.each(['application/jsonp', 'text/json', 'application/x-www-form-urlencoded', 'json', ';'])(
    'is no JSON as %s',
    async (type) => {
      expect((await track({ 'content-type': type })).status).toBe(415)
    },
  )

  test.each(['gzip', 'GZIP', 'br', 'identity, gzip', 'unknown'])(
    'may not be %s',
    async (coding) => {
      const { status, body, headers } = await track({ 'content-encoding': coding })
      expect(body).toEqual({ detail: expect.stringContaining(coding) })
      expect(status).toBe(415)
      expect(headers.get('accept-encoding')).toBe('identity')
    },
  )

  test.each(['identity', 'Identity'])('may be %s', async (coding) => {
    expect((await track({ 'content-encoding': coding })).status).toBe(200)
  })

  test('may not have a Content-Encoding', async () => {
    const request = `${head(
      'POST /track_click HTTP/1.1',
      'Host: a',
      'Transfer-Encoding: gzip, chunked',
      close,
    )}0\r\n\r\n`
    const { status } = await sendRaw('analytics', request)
    expect(status).toBe(onBun ? 400 : 501)
  })
})
