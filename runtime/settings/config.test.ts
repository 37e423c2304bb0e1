import { expect, test } from 'vitest'
import { parseConfig, parseSettings } from './config.ts'

test('has a default for every setting', () => {
  expect(parseSettings({})).toMatchObject({
    PORT: 8000,
    EMAIL_DELAY_MS: 500,
    PAYMENT_DELAY_MS: 2000,
    REPORT_CPU_SECONDS: 10,
  })
})

test('treats an empty variable as unset', () => {
  expect(parseSettings({ CONCURRENCY: '' }).CONCURRENCY).toBe(40)
})

test('requires only the variables that a function needs', () => {
  expect(parseConfig({ FUNCTION: 'email' }).urls).toEqual({})
  const user = {
    FUNCTION: 'user',
    DATABASE_URL: 'postgresql://u:p@h/d',
    EMAIL_SERVICE_URL: 'http://email:8000',
  }
  expect(parseConfig(user).urls).toEqual({ email: 'http://email:8000' })
})

test('requires a database and no callee in the asynchronous style', () => {
  const STYLE = 'async'
  expect(() => parseConfig({ STYLE, FUNCTION: 'email' })).toThrow('DATABASE_URL is missing')
  const order = { STYLE, FUNCTION: 'order', DATABASE_URL: 'postgresql://u:p@h/d' }
  expect(parseConfig(order)).toMatchObject({ ...order, urls: {} })
})

test('names an invalid database URL without its password', () => {
  const parse = () => parseConfig({ FUNCTION: 'inventory', DATABASE_URL: 'mysql://u:secret@h/d' })
  expect(parse).toThrow(/DATABASE_URL is invalid/)
  expect(parse).not.toThrow(/secret/)
})

const nowhere = 'http://127.0.0.1:1'

test.each<[string, Record<string, string>, string]>([
  ['a missing function', {}, 'FUNCTION is missing'],
  ['an unknown function', { FUNCTION: 'users' }, 'FUNCTION "users" is invalid'],
  ['a missing database', { FUNCTION: 'inventory' }, 'DATABASE_URL is missing'],
  [
    'an invalid address',
    { FUNCTION: 'user', DATABASE_URL: 'postgresql://x', EMAIL_SERVICE_URL: 'email' },
    'EMAIL_SERVICE_URL "email" is invalid',
  ],
  [
    'a missing callee',
    { FUNCTION: 'order', DATABASE_URL: 'postgresql://x', PAYMENT_SERVICE_URL: nowhere },
    'INVENTORY_SERVICE_URL is missing',
  ],
  [
    'an invalid number',
    { FUNCTION: 'email', EMAIL_DELAY_MS: '0x10' },
    'EMAIL_DELAY_MS "0x10" is invalid',
  ],
  [
    'a number below its range',
    { FUNCTION: 'email', CONCURRENCY: '0' },
    'CONCURRENCY "0" is invalid',
  ],
  [
    'an unknown style',
    { FUNCTION: 'order', STYLE: 'Async' },
    'STYLE "Async" is invalid: Invalid option: expected one of "sync"|"async"',
  ],
  [
    'an unknown broker',
    { FUNCTION: 'email', BROKER: 'kafka' },
    'BROKER "kafka" is invalid: Invalid option: expected one of "embedded"|"rabbitmq"',
  ],
  ['an unknown log level', { FUNCTION: 'email', LOG_LEVEL: 'loud' }, 'LOG_LEVEL "loud" is invalid'],
  [
    'an unknown payment outcome',
    {
      FUNCTION: 'order',
      DATABASE_URL: 'postgresql://x',
      PAYMENT_SERVICE_URL: nowhere,
      INVENTORY_SERVICE_URL: nowhere,
      PAYMENT_OUTCOME: 'maybe',
    },
    'PAYMENT_OUTCOME "maybe" is invalid',
  ],
  [
    'a Windows line ending',
    { FUNCTION: 'email', CONCURRENCY: '10\r' },
    'CONCURRENCY "10\\r" is invalid',
  ],
  [
    'a control character in a text',
    { FUNCTION: 'email', HOST: '\u001b[2K127.0.0.1' },
    'HOST "\\u{1b}[2K127.0.0.1" is invalid',
  ],
])('%s is named', (_name, environment, words) => {
  expect(() => parseConfig(environment)).toThrow(words)
})

const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }

test.each<[string, string, string]>([
  ['a collector without a scheme', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ['a collector with the path', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318/v1/traces'],
  ['an address that is none', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'localhost'],
  ['another protocol', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['a timeout that is none', 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '10s'],
  ['a missing certificate', 'OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such'],
  ['attributes that are no pairs', 'OTEL_RESOURCE_ATTRIBUTES', 'classroom'],
  ['an attribute that encodes nothing', 'OTEL_RESOURCE_ATTRIBUTES', 'a=b,share=5%'],
  ['another sampler', 'OTEL_TRACES_SAMPLER', 'traceidratio'],
  ['a variable without effect', 'OTEL_TRACES_SAMPLER_ARG', '0.1'],
  ['a limit without effect', 'OTEL_ATTRIBUTE_COUNT_LIMIT', '3'],
])('%s is refused by name', (_name, variable, value) => {
  expect(() => parseSettings({ ...collector, [variable]: value })).toThrow(
    `${variable} "${value}" is invalid: `,
  )
})

test('names invalid headers of an exporter without their secrets', () => {
  const parse = () =>
    parseSettings({ ...collector, OTEL_EXPORTER_OTLP_HEADERS: 'Bearer swordfish' })
  expect(parse).toThrow('OTEL_EXPORTER_OTLP_HEADERS is invalid')
  expect(parse).not.toThrow('swordfish')
})

test.each<[string, Record<string, string>]>([
  ['without a collector', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ['with a disabled SDK', { ...collector, OTEL_SDK_DISABLED: 'True' }],
  ['with no exporter of traces', { ...collector, OTEL_TRACES_EXPORTER: 'none' }],
])('nothing is exported or refused %s', (_name, environment) => {
  const others = { FUNCTION: 'email', OTEL_TRACES_SAMPLER: 'traceidratio' }
  expect(parseConfig({ ...others, ...environment }).traces).toBeUndefined()
})

test('reads how spans are exported', () => {
  const given = { FUNCTION: 'email', ...collector, OTEL_LOGS_EXPORTER: 'otlp' }
  expect(parseConfig(given).traces).toEqual({
    url: 'http://collector:4318/v1/traces',
    timeoutMs: 10_000,
    delayMs: 5000,
    queueSize: 2048,
    batchSize: 512,
  })
  const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = 'http://other/own'
  const url = parseConfig({ ...given, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT }).traces?.url
  expect(url).toBe(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)
})

test('reads the allowed origins', () => {
  expect(parseSettings({}).CORS_ORIGINS).toEqual([])
  const CORS_ORIGINS = 'http://localhost:5173, https://example.com'
  expect(parseSettings({ CORS_ORIGINS }).CORS_ORIGINS).toEqual([
    'http://localhost:5173',
    'https://example.com',
  ])
  expect(parseSettings({ CORS_ORIGINS: '*' }).CORS_ORIGINS).toEqual(['*'])
})

test.each(['localhost:5173', 'http://a/', 'http://A', 'null', 'ftp://a', 'http://a,,http://b'])(
  'does not take %j for origins',
  (CORS_ORIGINS) => {
    expect(() => parseSettings({ CORS_ORIGINS })).toThrow('CORS_ORIGINS')
  },
)

test('refuses faults of one service that come twice', () => {
  const FAULTS = '{"email":{"latency":"4"},"email":{}}'
  expect(() => parseSettings({ FAULTS })).toThrow('each key once')
})

test('reads the allowed hosts', () => {
  expect(parseSettings({}).ALLOWED_HOSTS).toEqual([])
  const ALLOWED_HOSTS = 'shop.example, .example.com,*'
  expect(parseSettings({ ALLOWED_HOSTS }).ALLOWED_HOSTS).toEqual([
    'shop.example',
    '.example.com',
    '*',
  ])
})

test.each(['shop.example:80', 'http://shop.example', 'Shop.example', 'a b', '.', 'a/b', 'a,,b'])(
  'does not take %j for hosts',
  (ALLOWED_HOSTS) => {
    expect(() => parseSettings({ ALLOWED_HOSTS })).toThrow('ALLOWED_HOSTS')
  },
)

test.each(['-1', '1.5', '1e3', '0x10', ' 1', '99999999999'])(
  'does not take %j for a whole number',
  (value) => {
    expect(() => parseSettings({ EMAIL_DELAY_MS: value })).toThrow('EMAIL_DELAY_MS')
  },
)

test('names an invalid collector without its password', () => {
  const address = 'http://ada:swordfish@collector:4318/v1/traces'
  const parse = () => parseSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: address })
  expect(parse).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT "http://collector:4318/v1/traces" is invalid')
  expect(parse).not.toThrow('swordfish')
})
