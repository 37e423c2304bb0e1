import { expect, onTestFinished, test } from 'vitest'
import { awaitReplicas, runScale } from '../../lab/measure/platform.ts'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { style } from '../containers/compose.ts'
import { urlOf } from '../containers/load.ts'
import { ask } from '../containers/prometheus.ts'
import { sumOf } from '../metric-sums.ts'
import { scenarioRequests } from '../scenario-requests.ts'
import { sendRounds } from './rounds.ts'
import {
  isFair,
  metricsOfReplicas,
  replicas,
  scale,
  serviceNames,
  sharesOf,
  untilReady,
} from './swarm.ts'

const patience = { timeout: 120_000, interval: 500 }

test('every service has its replicas behind the entrance', untilReady, 250_000)

// It waits for the next scrape, which the calls below do not disturb.
test.concurrent('Prometheus scrapes every replica', async ({ expect }) => {
  const targets = async () => {
    const found = await ask('sum by (job) (up{service!=""})')
    return Object.fromEntries(found.map(({ metric, value }) => [metric.job, Number(value[1])]))
  }
  const all = Object.fromEntries(serviceNames.map((service) => [service, replicas]))
  await expect.poll(() => targets().catch(() => {}), patience).toEqual(all)
}, 150_000)

/** How many requests each replica of a function has answered. */
const countsOf = async (name: FunctionName) =>
  (await metricsOfReplicas(name)).map((samples) => sumOf(samples, metrics.requests.name))

const callees = functionNames.filter((name) =>
  functionNames.some((caller) => services[caller].calls.includes(name)),
)

const rounds = 60
const callers = scenarioRequests.filter(({ name }) => services[name].calls.length > 0)

test.runIf(style === 'sync').concurrent(
  'calls between services reach every replica alike',
  async ({ expect }) => {
    const before = await Promise.all(callees.map(countsOf))
    await sendRounds(callers, rounds)
    const after = await Promise.all(callees.map(countsOf))
    for (const [index, name] of callees.entries()) {
      const { total, shares } = sharesOf(before[index] ?? [], after[index] ?? [])
      console.log(`${services[name].name}: ${total} calls, ${shares.join(' / ')} %`)
      expect.soft(total, name).toBeGreaterThanOrEqual(rounds)
      expect.soft(shares.filter(isFair), name).toHaveLength(replicas)
    }
  },
  120_000,
)

test.runIf(style === 'sync')(
  'the entrance reaches a fifteenth replica',
  async () => {
    const service = services.search.name
    onTestFinished(() => runScale(scale, { service, count: replicas }))
    await runScale(scale, { service, count: 15 })
    const names = await awaitReplicas(urlOf('search'), 15, { patienceMs: 240_000 })
    expect(names).toHaveLength(15)
  },
  300_000,
)
