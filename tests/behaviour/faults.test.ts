import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { services } from '../../model/services.ts'
import { post, run, runReady, sample } from './services.ts'

const on = { FAULT_SWITCH: 'on', EMAIL_DELAY_MS: '1' }
const mail = { email: 'ada@example.com' }

const execute = promisify(execFile)

/** Runs `npm run fault` on one service; returns its output. */
const fault = async ({ port, name }: RunningService, ...args: string[]) => {
  const firstPort = String(port - services[name].port + services.user.port)
  const command = [
    'cli/fault.ts',
    ...args,
    '--base-url',
    'http://127.0.0.1',
    '--first-port',
    firstPort,
  ]
  return execute(process.execPath, command).then(
    ({ stdout }) => stdout,
    (error: { stderr: string }) => error.stderr,
  )
}

test('the switch is off by default', async () => {
  const email = await runReady('email')
  expect((await fetch(`${email.url}/faults`)).status).toBe(404)
  expect(await fault(email, 'email', '--latency', '400')).toContain(
    'start the lab with FAULT_SWITCH=on',
  )
})

test('the command line sets, shows and removes faults', async () => {
  const email = await runReady('email', on)
  const health = async () =>
    (await (await fetch(`${email.url}/health`)).json()) as Record<string, unknown>
  expect(await health()).not.toHaveProperty('faults')
  expect(await fault(email, 'email', '--error-rate', '1', '--seed', '7')).toBe(
    'emailservice: 100 % of the requests fail, with seed 7\n',
  )
  expect(await health()).toMatchObject({ faults: { error_rate: 1, seed: 7 } })
  expect(await sample(email, metrics.faultActive.name, { kind: 'error' })).toBe(1)
  const failed = await post(email, '/send_welcome_email', mail)
  expect([failed.status, failed.body]).toEqual([500, { detail: 'Internal Server Error' }])
  expect(await sample(email, metrics.faultsInjected.name, { kind: 'error' })).toBe(1)
  expect(await fault(email, 'email', '--off')).toContain('as designed')
  expect((await post(email, '/send_welcome_email', mail)).status).toBe(200)
  expect(await sample(email, metrics.faultActive.name, { kind: 'error' })).toBe(0)
})

test('the switch rejects invalid faults without effect', async () => {
  const email = await runReady('email', on)
  expect(await fault(email, 'email', '--latency', 'slow')).toContain('must be milliseconds')
  expect(await fault(email, 'mail')).toContain("value 'mail' is invalid")
  expect(await fault(email, 'email')).toContain('as designed')
})

test('latency adds to the wait of a request', async () => {
  const FAULTS = '{"email":{"latency":"300"},"payment":{"error_rate":1}}'
  const email = await runReady('email', { ...on, FAULTS })
  const start = performance.now()
  expect((await post(email, '/send_welcome_email', mail)).status).toBe(200)
  expect(performance.now() - start).toBeGreaterThanOrEqual(300)
})

test('an outage refuses connections, then ends', async () => {
  const email = await runReady('email', on)
  const answers = () =>
    post(email, '/send_welcome_email', mail).then(
      ({ status }) => String(status),
      (error: Error) => (error.cause as NodeJS.ErrnoException).code ?? error.message,
    )
  expect(await answers()).toBe('200')
  await fault(email, 'email', '--refuse', '--for', '2s')
  await expect.poll(answers, { interval: 20 }).toBe('ECONNREFUSED')
  await expect.poll(answers).toBe('200')
})

test('an invalid FAULTS is named at the start', async () => {
  await expect(run('email', { FAULTS: '{"email":{"latency":"slow"}}' })).rejects.toThrow('FAULTS')
  await expect(run('email', { FAULTS: 'slow' })).rejects.toThrow('must be JSON')
})
