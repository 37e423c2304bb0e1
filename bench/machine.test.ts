import { expect, test } from 'vitest'
import { commandOn, findCores, parseCores } from './machine.ts'

test('reads ranges of cores', () => {
  expect(parseCores('0-2,5')).toEqual([0, 1, 2, 5])
})

test('the client has the last core alone', () => {
  expect(findCores([2, 3, 5], true)).toEqual({
    server: [2],
    servers: [2, 3],
    client: [5],
  })
})

test.each([
  ['one core', [0], true],
  ['no taskset', [0, 1], false],
] as const)('nothing is pinned with %s', (_, cores, canPin) => {
  const found = findCores([...cores], canPin)
  expect(found).toEqual({ server: [], servers: [], client: [] })
  expect(commandOn(found.server, 'node', 'x.ts')).toEqual(['node', 'x.ts'])
})
