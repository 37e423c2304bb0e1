import { expect, test } from 'vitest'
import { nonNegativeInt, pathId, positiveInt } from './route.ts'

const messageOf = (schema: typeof positiveInt | typeof pathId, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message)

test.each([0, -1, 1.5, 2_147_483_648, 1e20])('names the range of an id for %d', (value) => {
  expect(messageOf(positiveInt, value)).toEqual(['must be a whole number from 1 to 2147483647'])
})

test('names the range from 0 for -1', () => {
  expect(messageOf(nonNegativeInt, -1)).toEqual(['must be a whole number from 0 to 2147483647'])
})

test.each(['0', '2147483648', '9999999999', '1e3', '-1'])(
  'tells a path of %s its range',
  (value) => {
    expect(messageOf(pathId, value)).toEqual(['must be a whole number from 1 to 2147483647'])
  },
)

test('names the type of a value that is not a number', () => {
  expect(messageOf(positiveInt, '1')).toEqual(['Invalid input: expected number, received string'])
})
