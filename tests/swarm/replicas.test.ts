import { expect, onTestFinished, test } from 'vitest'
import { awaitReplicas, runScale } from '../../lab/measure/platform.ts'
import { metrics } from '../../model/metrics.ts'
import { containerPort, type FunctionName, functionNames, services } from '../../model/services.ts'
import { urlOf } from '../containers/load.ts'
import { sumOf } from '../metric-sums.ts'
import { scenarioRequests } from '../scenario-requests.ts'
import { metricsAt } from '../service-metrics.ts'
import { addressOf, healthy, replicas, scale, serviceNames } from './swarm.ts'

const patience = { timeout: 120_000, interval: 500 }

test('the entrance lets requests in', async () => {
  const isReady = (name: FunctionName) => fetch(`${urlOf(name)}/ready`).then(({ ok }) => ok)
  const areReady = async () => (await Promise.all(functionNames.map(isReady))).every(Boolean)
  await expect.poll(() => areReady().catch(() => false), patience).toBe(true)
}, 150_000)

test.each(serviceNames)('%s has three replicas', async (service) => {
  await expect.poll(() => healthy(service), patience).toHaveLength(replicas)
})

type Answer = { data: { result: { metric: { job: string }; value: [number, string] }[] } }

test('Prometheus scrapes every replica', async () => {
  const query = encodeURIComponent('sum by (job) (up{service!=""})')
  const targets = async () => {
    const answer = await fetch(`http://localhost:9090/api/v1/query?query=${query}`)
    const { result } = ((await answer.json()) as Answer).data
    return Object.fromEntries(result.map(({ metric, value }) => [metric.job, Number(value[1])]))
  }
  const all = Object.fromEntries(serviceNames.map((service) => [service, replicas]))
  await expect.poll(targets, patience).toEqual(all)
}, 150_000)

/** How many requests each replica of a function has answered. */
async function countsOf(name: FunctionName): Promise<number[]> {
  const containers = (await healthy(services[name].name)).toSorted()
  return Promise.all(
    containers.map(async (container) => {
      const samples = await metricsAt(`http://${await addressOf(container)}:${containerPort}`)
      return sumOf(samples, metrics.requests.name)
    }),
  )
}

const callees = functionNames.filter((name) =>
  functionNames.some((caller) => services[caller].calls.includes(name)),
)

const rounds = 60
const atOnce = 6
const callers = scenarioRequests.filter(({ name }) => services[name].calls.length > 0)

test('calls between services reach every replica alike', async () => {
  const before = await Promise.all(callees.map(countsOf))
  for (let round = 0; round < rounds; round += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, () => callers)
        .flat()
        .map(async ({ name, method, make }) => {
          const { path, body } = make()
          const headers = { 'content-type': 'application/json' }
          const init = { method, headers, body: JSON.stringify(body) }
          await (await fetch(urlOf(name) + path, init)).arrayBuffer()
        }),
    )
  const after = await Promise.all(callees.map(countsOf))
  for (const [index, name] of callees.entries()) {
    const counts = (after[index] ?? []).map((count, at) => count - (before[index]?.[at] ?? 0))
    const total = counts.reduce((sum, count) => sum + count, 0)
    const shares = counts.map((count) => Math.round((100 * count) / total))
    console.log(`${services[name].name}: ${total} calls, ${shares.join(' / ')} %`)
    expect.soft(total, name).toBeGreaterThanOrEqual(rounds)
    for (const share of shares) {
      expect.soft(share, name).toBeGreaterThanOrEqual(20)
      expect.soft(share, name).toBeLessThanOrEqual(47)
    }
  }
}, 120_000)

test('the entrance reaches a fifteenth replica', async () => {
  const service = services.search.name
  onTestFinished(() => runScale(scale, { service, count: replicas }))
  await runScale(scale, { service, count: 15 })
  const names = await awaitReplicas(urlOf('search'), 15, { patienceMs: 240_000 })
  expect(names).toHaveLength(15)
}, 300_000)
