import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePorts } from '../../local/processes/ports.ts'
import { removeFolder, start, temporaryFolder } from './starter.ts'

let folder: string
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => removeFolder(folder))

const stackTrace = /\n\s+at /

async function refused(args: string[], environment: Record<string, string> = {}): Promise<string> {
  const lab = start(['--folder', folder, ...args], environment)
  expect(await lab.exited).toBe(1)
  expect(lab.output()).not.toMatch(stackTrace)
  return lab.output()
}

test('names every invalid setting', async () => {
  const output = await refused([], { PAYMENT_DELAY_MS: '2s', CONCURRENCY: '0' })
  expect(output).toContain('PAYMENT_DELAY_MS "2s" is invalid')
  expect(output).toContain('CONCURRENCY "0" is invalid')
})

test('names the service whose port is taken', async () => {
  const firstPort = await freePorts()
  const squatter = createServer().listen(firstPort + 2, '127.0.0.1')
  const output = await refused(['--first-port', String(firstPort)])
  squatter.close()
  expect(output).toContain(`port ${firstPort + 2} (productservice)`)
})

test('names an unreachable database server without its password', async () => {
  const firstPort = await freePorts()
  const url = 'postgresql://somebody:secret@127.0.0.1:1/nowhere'
  const output = await refused(['--first-port', String(firstPort)], { DATABASE_URL: url })
  expect(output).toContain('DATABASE_URL: the server at 127.0.0.1:1 cannot be reached')
  expect(output).not.toContain('secret')
})
