import { chmod, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { generate } from '../../lab/measure/generator.ts'
import { countDue, dueTimeOf, type Load, type OpenLoad } from '../../model/load-plan.ts'
import { removeFolder, temporaryFolder } from '../starter/starter.ts'
import { planOf, urlsAt } from './plan.ts'

/** A server that answers clicks one by one, each after so many milliseconds. */
async function startServer(serviceMs: number): Promise<string> {
  let free = Promise.resolve<unknown>(undefined)
  const server = createServer(async (request, response) => {
    request.resume()
    if (request.method === 'POST') {
      free = free.then(() => setTimeout(serviceMs))
      await free
    }
    response.setHeader('Content-Type', 'application/json')
    response.end('{"status":"tracked"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type ClosedLoad = Exclude<Load, OpenLoad>
type OneLoad = (Partial<OpenLoad> | Partial<ClosedLoad>) & {
  serviceMs?: number
  generators?: string[]
}

const even = { name: 'clicks', scenario: 6, startSeconds: 0, seconds: 1.5 } as const

async function play({ serviceMs = 0, generators = ['k6'], ...given }: OneLoad) {
  const load = { ...even, arrivals: 'even', perSecond: 40, maxUsers: 30, ...given } as OpenLoad
  const plan = planOf(urlsAt(await startServer(serviceMs)), [load as Load])
  const { samples, generator } = await generate({ plan, generators })
  const byTime = samples.sort((a, b) => a.dueMs - b.dueMs)
  const account = generator.loads?.clicks
  if (!account) throw new Error('The load has no account')
  return { load, samples: byTime, generator, account }
}

const dueTimes = (load: OpenLoad, count: number) =>
  Array.from({ length: count }, (_, index) => dueTimeOf(load, index))

test.each([
  ['one generator', ['k6']],
  ['two generators', ['k6', 'env k6']],
])('even arrivals of %s are due on the grid', async (_, generators) => {
  const { load, samples, account } = await play({ generators })
  expect(samples.map(({ dueMs }) => dueMs)).toEqual(dueTimes(load, 60))
  expect(account).toMatchObject({ due: 60, sent: 60, dropped: 0, leftOut: 0, unanswered: 0 })
})

test.each([
  ['even', {}],
  ['poisson', { dueMs: Array.from({ length: 60 }, (_, index) => index * 25) }],
] as const)('a request of %s arrivals waits for a free user', async (arrivals, given) => {
  // One user sends 20 of 40 per second, so that each request is 25 ms later than the last.
  const { load, samples, account } = await play({ arrivals, maxUsers: 1, serviceMs: 50, ...given })
  const answeredMs = samples.map(({ dueMs, latencyMs }) => dueMs + latencyMs)
  for (const [index, ms] of answeredMs.entries()) expect(ms).toBeGreaterThan(49 * index)
  expect(samples.at(-1)?.lateMs).toBeGreaterThan(25 * (samples.length - 2))
  expect(account.lateMaxMs).toBe(samples.at(-1)?.lateMs)
  expect(account.late).toBeGreaterThan(samples.length - 3)
  expect(account.due).toBe(countDue(load))
  // Those whose turn did not come are counted.
  expect(account.dropped + account.leftOut).toBeGreaterThanOrEqual(30)
  expect(account.sent).toBe(samples.length)
  expect(account.sent + account.dropped + account.leftOut).toBe(account.due)
})

test('requests whose user comes after a short load are left out', async () => {
  const { account } = await play({ seconds: 0.5, maxUsers: 1, serviceMs: 300 })
  expect(account).toMatchObject({ due: 20, sent: 2, dropped: 0, leftOut: 18 })
})

test('no request of a closed loop is due before the load begins', async () => {
  const { samples } = await play({ arrivals: 'closed', users: 20, seconds: 0.5 })
  expect(samples.length).toBeGreaterThan(20)
  expect(samples[0]?.dueMs).toBeGreaterThanOrEqual(0)
})

test('variables of the shell change nothing, and those of a machine are refused', async () => {
  vi.stubEnv('K6_RPS', '10')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { account } = await play({})
  expect(account).toMatchObject({ due: 60, sent: 60 })
  const options = { '--rps': 'K6_RPS=10', '1 user for 1s': 'K6_DURATION=1s' }
  for (const [reason, variable] of Object.entries(options))
    await expect(play({ generators: [`env ${variable} k6`] })).rejects.toThrow(reason)
})

test('a line of JSON after the summary is not taken for it', async () => {
  const folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
  const command = join(folder, 'k6-and-more')
  await writeFile(command, `#!/bin/sh\nk6 "$@"\nstatus=$?\necho '{"bytes":1}'\nexit $status\n`)
  await chmod(command, 0o755)
  const { account, generator } = await play({ generators: [command] })
  expect(account.sent).toBe(60)
  // The process here is a shell, whose time is not that of k6.
  expect(generator.waitShare).toBeUndefined()
})

test.skipIf(process.platform !== 'linux')('the use of a core covers the load alone', async () => {
  const { generator } = await play({})
  expect(generator.waitShare).toBeGreaterThanOrEqual(0)
  // To start takes k6 most of a core for half a second, and 40 clicks per second a tenth.
  expect(generator.cpuShare).toBeLessThan(0.3)
})
