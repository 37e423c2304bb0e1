import { expect, test } from 'vitest'
import { reachableHost, shownHost } from './addresses.ts'

test.each([
  ['127.0.0.1', '127.0.0.1', 'localhost'],
  ['0.0.0.0', '127.0.0.1', 'localhost'],
  ['::', '[::1]', 'localhost'],
  ['::1', '[::1]', '[::1]'],
  ['0:0:0:0:0:0:0:1', '[::1]', '[::1]'],
  ['fd00::2', '[fd00::2]', '[fd00::2]'],
  ['192.0.2.2', '192.0.2.2', '192.0.2.2'],
  ['localhost', 'localhost', 'localhost'],
  ['lab.example.com', 'lab.example.com', 'lab.example.com'],
])('a server on %s is reached at %s and shown as %s', (host, reachable, shown) => {
  expect(reachableHost(host)).toBe(reachable)
  expect(shownHost(host)).toBe(shown)
})
