import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { functionNames } from '../../model/services.ts'
import { freePort, freePorts, isFree } from './ports.ts'

// The least port that a connection to elsewhere takes on Linux.
const firstOfConnections = 32_768

test('free ports lie below those of connections', async () => {
  expect(await freePort()).toBeLessThan(firstOfConnections)
  expect((await freePorts()) + functionNames.length).toBeLessThan(firstOfConnections)
})

test('another port stands for one that is taken', async () => {
  const wanted = await freePort()
  expect(await freePort(wanted)).toBe(wanted)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  expect(await isFree(wanted)).toBe(false)
  expect(await freePort(wanted)).not.toBe(wanted)
  await server[Symbol.asyncDispose]()
})
