import { expect, test } from 'vitest'
import { profiles } from '../../model/load.ts'
import { functionNames } from '../../model/services.ts'
import { parseLoad, parseUrls } from './options.ts'

test('takes a profile and its overrides', () => {
  const usual = { style: 'sync', profile: 'default', only: undefined }
  expect(parseLoad({})).toEqual({ ...profiles.default, ...usual })
  expect(parseLoad({ PROFILE: 'heavy', DURATION: '2m', ONLY: '3' })).toMatchObject({
    users: 10,
    seconds: 120,
    only: 3,
  })
})

test.each([
  [
    { PROFILE: 'toString' },
    'PROFILE must be one of default, light, medium, heavy, stress, spike, not "toString"',
  ],
  [{ ONLY: '6\r' }, 'ONLY must be the number of a scenario, 1 to 6, not "6\\r"'],
  [{ ONLY: '7' }, 'ONLY must be the number of a scenario, 1 to 6, not "7"'],
  [{ STYLE: 'Async' }, 'STYLE must be sync or async, not "Async"'],
  [{ DURATION: 'long' }, 'DURATION must be'],
  [{ DURATION: '0s' }, 'DURATION must be longer than 0'],
])('names the error in %j', (environment, message) => {
  expect(() => parseLoad(environment)).toThrow(message)
})

test('finds the services by base URL or by their own URLs', () => {
  const urls = parseUrls({
    BASE_URL: 'http://lab/',
    FIRST_PORT: '18001',
    EMAIL_SERVICE_URL: 'http://mail:8000/',
  })
  expect(urls).toMatchObject({
    user: 'http://lab:18001',
    inventory: 'http://lab:18010',
    email: 'http://mail:8000',
  })
  expect(Object.keys(urls)).toEqual([...functionNames])
  expect(() => parseUrls({ BASE_URL: 'localhost' })).toThrow(
    'BASE_URL must be scheme and host without a port',
  )
})
