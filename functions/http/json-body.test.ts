import { z } from '@hono/zod-openapi'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainInexact, parseBody } from './json-body.ts'
import { HttpError } from './refusal.ts'

test('values come back as they were written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(2), (sent, indent) => {
      const text = JSON.stringify(sent, null, indent)
      expect(parseBody(text)).toEqual(JSON.parse(text))
    }),
    { numRuns: 2000 },
  )
})

const amount = z.object({ amount: z.number() })

/** What is said of an amount that is sent like this, if it is refused. */
function refusalOf(sent: string): string | undefined {
  const body = parseBody(`{ "amount" : ${sent} }`)
  return amount.safeParse(body, { error: explainInexact }).error?.issues[0]?.message
}

test('every double is kept, with as many digits as it needs or 17', () => {
  const range = { noNaN: true, min: 1e-290, max: 1e290 }
  fc.assert(
    fc.property(fc.double(range), (value) => {
      for (const sent of [String(value), `-${value}`, value.toPrecision(17)])
        expect(refusalOf(sent)).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test('every decimal of 15 digits is kept', () => {
  const exponent = fc.integer({ min: -250, max: 250 })
  fc.assert(
    fc.property(fc.nat(999_999_999_999_999), exponent, (digits, power) => {
      expect(refusalOf(`${digits}e${power}`)).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
})

test.each([
  '0',
  '0.0',
  '0e400',
  '5e-324',
  '1.0',
  '100.00',
  '1E2',
  '9007199254740992',
  '9007199254740994.0',
  '891377275345549.2',
  '891377275345549.3',
  '12300000000000000000000',
  '0.1000000000000000055511151231257827021181583404541015625',
])('keeps %s', (sent) => {
  expect(refusalOf(sent)).toBeUndefined()
})

test.each([
  ['9007199254740993', '9007199254740992'],
  ['-9007199254740993', '-9007199254740992'],
  ['1e400', 'Infinity'],
  ['-1e400', '-Infinity'],
  ['1e-400', '0'],
  ['-0', '0'],
  ['-0.0', '0'],
  ['123456789.123456789', '123456789.12345679'],
  [`0.${'0'.repeat(100)}1`, '1e-101'],
])('refuses %s, as it would be read as %s', (sent, read) => {
  expect(refusalOf(sent)).toMatch(new RegExp(` would be read as ${read}$`))
})

test.each([
  ['a', '{"a":1,"a":1}'],
  ['a', '{"a":{"b":1},"\\u0061":2}'],
  ['a', '{"a":1,"a" :2}'],
  ['a', '{"a"\n:1,"a"\t:2}'],
  ['b', '{"a":[{"b":{},"c":[],"b":{}}]}'],
  ['__proto__', '{"__proto__":1,"__proto__":1}'],
  ['"}', '{"\\"}":1,"c":"\\"}:","\\"}":2}'],
])('refuses a key %s that comes twice', (key, text) => {
  const detail = [{ loc: ['body', key], msg: 'comes twice', type: 'repeated_key' }]
  expect(() => parseBody(text)).toThrow(new HttpError(422, detail))
})

test.each(['{"a":{"a":1},"b":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1","b":":"}'])(
  'accepts equal keys of several objects: %s',
  (text) => {
    expect(parseBody(text)).toEqual(JSON.parse(text))
  },
)
