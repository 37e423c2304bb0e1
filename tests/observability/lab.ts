import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { Lab } from '../../local/lab.ts'
import { startPrometheus } from '../../local/processes/prometheus.ts'
import { metrics } from '../../model/metrics.ts'
import { functionNames, services } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { ask } from '../containers/prometheus.ts'
import { type K6Run, runScript, startTestLab } from '../k6/k6.ts'
import { sumOf } from '../metric-sums.ts'
import { metricsAt } from '../service-metrics.ts'
import type { Period } from './panels.ts'

/** Longer than two scrapes, even on a busy machine. */
const patience = { timeout: 30_000, interval: 250 }

const requestsSeen = async () =>
  Number((await ask(`sum(${metrics.requests.name})`))[0]?.value[1] ?? Number.NaN)

/** The number of requests that the services have counted. */
async function requestsCounted({ urls }: Lab): Promise<number> {
  const samples = await Promise.all(
    Object.values(urls).map((url) => metricsAt(url, [metrics.requests.name])),
  )
  return sumOf(samples.flat(), metrics.requests.name)
}

/** A lab, and a Prometheus that has scraped it from its start; both end with the test. */
export async function startObservedLab(
  environment: Record<string, string>,
  style: StyleName = 'sync',
) {
  const lab = await startTestLab(environment, { style })
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-observability-'))
  const targets = Object.fromEntries(
    functionNames.map((name) => [services[name].name, new URL(lab.urls[name]).host]),
  )
  const prometheus = await startPrometheus({ style, targets, folder })
  process.env.PROMETHEUS_URL = prometheus.url
  onTestFinished(async () => {
    await prometheus.stop()
    await rm(folder, { recursive: true, force: true })
  })
  const jobs = async () => (await ask(`count by (job) (${metrics.requests.name})`)).length
  await expect.poll(jobs, patience).toBe(functionNames.length)
  return lab
}

/** Waits until Prometheus has scraped all requests that the services have counted. */
export const untilScraped = async (lab: Lab): Promise<void> =>
  expect.poll(requestsSeen, patience).toBe(await requestsCounted(lab))

/** Runs a load, and waits until Prometheus has scraped all of its requests. */
export async function observe(lab: Lab, args: string[]): Promise<{ run: K6Run; period: Period }> {
  const from = Date.now() / 1000
  const run = await runScript('script-sync.js', lab, args)
  await untilScraped(lab)
  return { run, period: { from, to: Date.now() / 1000 } }
}
