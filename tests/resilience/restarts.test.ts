import { afterAll, beforeAll, expect, test } from 'vitest'
import { startService, untilReady } from '../../local/processes/process.ts'
import { functionNames, services } from '../../model/services.ts'
import { isDesigned, type Seen, startClients } from './clients.ts'
import { type OwnLab, openOwnLab } from './lab.ts'
import { scaled } from './scale.ts'

const rounds = scaled(5, 1)

let own: OwnLab
beforeAll(async () => {
  const short = {
    EMAIL_DELAY_MS: '50',
    PAYMENT_DELAY_MS: '100',
    REPORT_CPU_SECONDS: '0.01',
    RECOVERY_INTERVAL_MS: '250',
    // Log each request on arrival, to find those that were accepted and not answered.
    LOG_LEVEL: 'trace',
  }
  own = await openOwnLab(short)
})
afterAll(() => own.close())

/** The unavailable callee that a response names, or `undefined`. */
function awayOf({ name, status, body }: Seen): string | undefined {
  if (Array.isArray(body.warnings))
    return body.warnings.map((warning) => String(warning).split(' ')[0]).join()
  const { detail } = body as { detail?: { reason?: string; code?: string } }
  if (name !== 'order' || !detail) return undefined
  if (detail.reason === 'Payment outcome unknown') return 'payment'
  return status === 503 && detail.code === 'not_reserved' ? 'inventory' : undefined
}

const callees = functionNames.filter((name) =>
  functionNames.some((caller) => services[caller].calls.includes(name)),
)

const awayIn = (seen: readonly Seen[]) =>
  new Set(seen.flatMap((one) => awayOf(one)?.split(',') ?? []))

test('restarts under load lose no accepted request', {
  timeout: 600_000,
}, async () => {
  const clients = startClients({ urls: own.lab.urls, pauseMs: scaled(0, 50) })
  for (let round = 0; round < rounds; round++)
    for (const name of functionNames) {
      const service = own.lab.services.find((candidate) => candidate.name === name)
      if (!service) throw new Error(`${name} does not run`)
      const before = clients.seen.length
      expect(await service.stop(), name).toBe(0)
      // A start takes no longer than a request or two.
      if (callees.includes(name))
        await expect.poll(() => [...awayIn(clients.seen.slice(before))]).toContain(name)
      const again = await startService({ name, port: service.port, ...own.configuration(name) })
      await untilReady(again)
      own.lab.services.splice(own.lab.services.indexOf(service), 1, again)
    }
  await clients.stop()
  const accepted = await own.readLogs()
  expect(clients.lost.filter((id) => accepted.includes(id))).toEqual([])
  expect(clients.refused()).toBeGreaterThan(0)
  const surprising = clients.seen.filter((seen) => !isDesigned(seen) && awayOf(seen) === undefined)
  expect(surprising).toEqual([])
  await expect.poll(() => own.audit()).toMatchObject({ balances: true, orders: { pending: 0 } })
})
