import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { targetOf } from '../target.ts'
import { isSteady, warmUp } from './warm-up.ts'

const falling = Array.from({ length: 12 }, (_, round) => 10 * 0.95 ** round)

test('latencies that still fall are not steady', () => {
  expect(isSteady(falling)).toBe(false)
})

test('latencies that stay are steady after six rounds', () => {
  const same = [5.2, 5, 5.1, 4.9, 5, 5.1]
  expect([isSteady(same), isSteady(same.slice(1))]).toEqual([true, false])
})

test('one slow round does not hide the trend', () => {
  expect(isSteady([...falling.slice(0, 11), 30])).toBe(false)
})

test('rising latencies are no warm-up', () => {
  expect(isSteady([...falling].reverse())).toBe(true)
})

test('an interruption ends the warm-up of a service that hangs', async () => {
  const interruption = new AbortController()
  const server = createServer(() => interruption.abort())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const lab = { ...targetOf(() => url), longestSeconds: 60, signal: interruption.signal }
  await expect(warmUp(lab)).rejects.toThrow(url)
})
