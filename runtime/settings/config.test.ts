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
])('%s is named', (_name, environment, words) => {
  expect(() => parseConfig(environment)).toThrow(words)
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

test.each(['-1', '1.5', '1e3', '0x10', ' 1', '99999999999'])(
  'does not take %j for a whole number',
  (value) => {
    expect(() => parseSettings({ EMAIL_DELAY_MS: value })).toThrow('EMAIL_DELAY_MS')
  },
)
