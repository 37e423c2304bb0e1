import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { serviceRuntime } from '../setup/runtime.ts'
import { logOf, post, run, runReady } from './services.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('a stack trace of the bundle names the line of its source', async () => {
  const service = await runReady('email', { FAULTS: '{"email":{"error_rate":1}}' })
  await post(service, '/send_welcome_email', { email: 'ada@example.com' })
  const faults = (await logOf(service)).map(({ err }) => err as Error | undefined)
  const stack = faults.find((fault) => fault !== undefined)?.stack ?? ''
  const [, path = '', line] = /\((.+\/faults\.ts):(\d+):\d+\)/.exec(stack) ?? []
  expect(path).toBe(`${root}runtime/faults/faults.ts`)
  const text = (await readFile(path, 'utf8')).split('\n')[Number(line) - 1]
  expect(text).toContain('throw new InjectedFault')
})

test('a bundle reads a database URL as its sources do', async () => {
  const starting = run('inventory', { DATABASE_URL: 'postgresql://me:5%@db/shop' })
  await expect(starting).rejects.toThrow('DATABASE_URL is invalid: has a % that encodes nothing')
})

test('the sources run without a bundle', async () => {
  const env = { ...process.env, FUNCTION: 'email', HOST: '127.0.0.1', PORT: '0' }
  const service = spawn(await serviceRuntime(), ['runtime/main.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(() => void service.kill('SIGKILL'))
  const [{ port }] = (await once(service, 'message')) as [{ port: number }]
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
})
