import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { State } from '../../local/processes/state.ts'
import { brokerName } from '../broker.ts'
import { postJson } from '../in-process.ts'
import {
  alive,
  end,
  findPlace,
  removeFolder,
  run,
  type Starter,
  start,
  startShared,
} from './starter.ts'

// A start of Erlang beside those of ten services.
const limits = { timeout: 180_000 }
const patience = { timeout: 60_000, interval: 500 }

test.each<[string, string[], Record<string, string>, string]>([
  ['a broker without messages', ['--broker', 'rabbitmq'], {}, '--broker needs --async'],
  ['an unknown broker', ['--async', '--broker', 'kafka'], {}, "'kafka' is invalid"],
  ['an unknown BROKER', ['--async'], { BROKER: 'kafka' }, 'BROKER "kafka" is invalid'],
])('%s is refused in one line', async (_name, args, environment, reason) => {
  const { exited, output } = start(args, environment)
  expect(await exited).toBe(1)
  expect(output().trim().split('\n')[0]).toContain(reason)
})

// Its start takes as long as all other tests: .ci/rabbitmq plays it.
describe.runIf(brokerName === 'rabbitmq')('a lab with RabbitMQ', () => {
  let lab: Starter
  let place: Awaited<ReturnType<typeof findPlace>>
  let state: State
  beforeAll(async () => {
    place = await findPlace()
    const args = ['--async', '--broker', 'rabbitmq', ...place.args]
    lab = startShared(args, { FAULT_SWITCH: 'on' })
    expect(await lab.line('ready')).toMatch(/^ready/m)
    state = JSON.parse(await readFile(join(place.folder, 'lab.json'), 'utf8'))
  }, limits.timeout)
  afterAll(async () => {
    await end(lab)
    await removeFolder(place.folder)
  }, limits.timeout)

  const serverOf = async () => {
    const file = join(state.rabbitmqFolder ?? '', 'processes.json')
    return JSON.parse(await readFile(file, 'utf8')).server.pid as number
  }
  const health = async () => {
    const answer = await fetch(`http://127.0.0.1:${place.firstPort}/health`)
    return (await answer.json()) as { rabbitmq_connected: boolean }
  }
  const address = () => [
    ...['--async', '--folder', place.folder, '--first-port', String(place.firstPort)],
  ]

  test('shows no password', () => {
    const { password } = new URL(state.brokerUrl ?? '')
    expect(password.length).toBeGreaterThan(20)
    expect(lab.output()).toContain('Starting RabbitMQ')
    expect(lab.output()).not.toContain(password)
  })

  test('a tour finds all scenarios as expected', limits, async () => {
    const { code, output } = await run('tour', address())
    expect(output).toMatch(/^6 of 6 scenarios went as expected\.$/m)
    expect(code).toBe(0)
  })

  test('npm run fault cuts the services off, and delays them', limits, async () => {
    const [style, , , ...port] = address()
    const fault = async (...args: string[]) =>
      (await run('fault', ['broker', ...args, style ?? '', ...port])).output.trim()
    const isConnected = async () => (await health()).rabbitmq_connected
    const all = 'broker, for all services:'
    expect(await fault('--refuse')).toBe(`${all} connections are refused`)
    await expect.poll(isConnected, patience).toBe(false)
    expect(await fault('--latency', '20', '--for', '1h')).toBe(
      `${all} all that passes takes 20 ms longer, for 3600 s`,
    )
    await expect.poll(isConnected, patience).toBe(true)
    expect(await fault('--off')).toBe(`${all} works as designed`)
    expect(await fault('--error-rate', '1')).toMatch(/^--error-rate is for a service/)
  })

  test('a killed RabbitMQ is started again, and the work goes on', limits, async () => {
    const killed = await serverOf()
    process.kill(killed, 'SIGKILL')
    await lab.line('RabbitMQ is back')
    expect(await alive([killed])).toEqual([])
    await expect.poll(async () => (await health()).rabbitmq_connected, patience).toBe(true)
    const email = postJson({ email: 'after@example.com' })
    const { status } = await fetch(`http://127.0.0.1:${place.firstPort}/register`, email)
    expect(status).toBe(202)
    const audited = async () => (await run('audit', address().slice(0, 3))).output
    await expect.poll(audited, patience).toContain('The ledger balances.')
  })

  test('it ends with the lab', limits, async () => {
    const server = await serverOf()
    await end(lab)
    expect(await lab.exited).toBe(0)
    expect(await alive([server])).toEqual([])
  })

  test('one that a killed lab left behind is ended', limits, async () => {
    const first = start(['--async', '--broker', 'rabbitmq', ...place.args])
    expect(await first.line('ready')).toMatch(/^ready/m)
    const server = await serverOf()
    first.process.kill('SIGKILL')
    await first.exited
    const next = start(['--async', ...place.args])
    expect(await next.line('ready')).toContain('its RabbitMQ')
    expect(await alive([server])).toEqual([])
  })
})
