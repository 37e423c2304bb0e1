import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizeAddress } from './address.ts'

test.each([
  ['a@EXAMPLE.com', 'a@example.com'],
  ['Ada@Example.Com', 'Ada@example.com'],
  ['ü@example.com', 'ü@example.com'],
  ['u\u0308@example.com', 'ü@example.com'],
  ['a@exämple.com', 'a@exämple.com'],
  ['a@EXÄMPLE.com', 'a@exämple.com'],
  ['a@exa\u0308mple.com', 'a@exämple.com'],
  ['a@xn--exmple-cua.com', 'a@exämple.com'],
  ['a@XN--EXMPLE-CUA.com', 'a@exämple.com'],
  ['用户@例子.广告', '用户@例子.广告'],
  ['я@пример.рф', 'я@пример.рф'],
  ['a@faß.de', 'a@faß.de'],
  ['a@b.c', 'a@b.c'],
  ['a@example。com', 'a@example.com'],
  ['a@ab--cd.com', 'a@ab--cd.com'],
  ['a@axn--b.com', 'a@axn--b.com'],
  ["o'hara+list!#$%&*/=?^_`{|}~-@example.com", "o'hara+list!#$%&*/=?^_`{|}~-@example.com"],
])('stores %s as %s', (sent, stored) => {
  expect(normalizeAddress(sent)).toBe(stored)
})

test.each([
  '',
  'ada',
  '@example.com',
  'ada@',
  'ada@example',
  'ada@localhost',
  'ada@b.1',
  'ada@1.2.3.4',
  'ada@[127.0.0.1]',
  'ada@@example.com',
  'ada@b@example.com',
  'a b@example.com',
  'ada@exam ple.com',
  'ada@\ufe63\u08c8.example',
  'ada@xn----gqd.example',
  'ada@xn--a.example',
  'ada@XN--A.example',
  'ada@xn--.example',
  'ada@xn--abc-.example',
  'ada@xn--zzzzzz.com',
  'ada@xn--exmple-cua.xn--a',
  'ada@exämple.xn--a',
  '.ada@example.com',
  'ada.@example.com',
  'a..b@example.com',
  '"ada"@example.com',
  'a,b@example.com',
  '<ada@example.com>',
  'ada@-example.com',
  'ada@example-.com',
  'ada@.example.com',
  'ada@example..com',
  'ada@example.com.',
  'ada@exa_mple.com',
  'ada@exämple_x.com',
  'ada@exämple/x.com',
  'ada@exämple.com:80',
  'ada@exämple',
  `ada@${'ä'.repeat(64)}.com`,
  'a\u00a0b@example.com',
  'a\u2028b@example.com',
  'a\u0085b@example.com',
  'a\u037eb@example.com',
  'ada@٣.com',
  'ada@１.２.３.４',
])('takes %j for no address', (sent) => {
  expect(normalizeAddress(sent)).toBeUndefined()
})

test('a normal form is its own normal form', () => {
  const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const addresses = fc.oneof(
    fc.emailAddress(),
    fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}.Example`),
  )
  fc.assert(
    fc.property(addresses, (sent) => {
      const normal = normalizeAddress(sent)
      if (normal !== undefined) expect(normalizeAddress(normal)).toBe(normal)
    }),
    { numRuns: 5000 },
  )
})
