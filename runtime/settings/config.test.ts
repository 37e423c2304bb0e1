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
