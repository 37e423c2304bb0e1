import { expect, test } from 'vitest'
import { explainListenError } from './listen.ts'

const place = { host: '203.0.113.7', port: 80 }

test.each([
  ['EADDRINUSE', 'port 80 is in use'],
  ['EACCES', 'port 80 is not open to this account'],
  ['EADDRNOTAVAIL', 'HOST "203.0.113.7" is not an address of this machine'],
  ['ENOTFOUND', 'HOST "203.0.113.7" is neither an address nor a name'],
])('says what %s means', (code, words) => {
  const error = Object.assign(new Error('listen'), { code })
  expect(explainListenError(error, place)).toContain(words)
})

test('keeps the words of an error that it does not know', () => {
  expect(explainListenError(new Error('out of luck'), place)).toContain('out of luck')
})
