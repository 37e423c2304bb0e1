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

test('takes an empty variable for one that is not set', () => {
  expect(parseSettings({ CONCURRENCY: '' }).CONCURRENCY).toBe(40)
})

test('asks a function only for what it needs', () => {
  expect(parseConfig({ FUNCTION: 'email' }).urls).toEqual({})
  const user = {
    FUNCTION: 'user',
    DATABASE_URL: 'postgresql://u:p@h/d',
    EMAIL_SERVICE_URL: 'http://email:8000',
  }
  expect(parseConfig(user).urls).toEqual({ email: 'http://email:8000' })
})

test('names a wrong database without showing its password', () => {
  const parse = () => parseConfig({ FUNCTION: 'inventory', DATABASE_URL: 'mysql://u:secret@h/d' })
  expect(parse).toThrow(/DATABASE_URL is wrong/)
  expect(parse).not.toThrow(/secret/)
})

test('reads the origins that it is to allow', () => {
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
