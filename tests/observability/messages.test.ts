import { expect, test } from 'vitest'
import { messageMetrics } from '../../model/message-metrics.ts'
import { queueNames } from '../../model/messages.ts'
import { containerOf, functionNames } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { ask } from '../containers/prometheus.ts'
import { type K6Run, resultOf, runScript } from '../k6/k6.ts'
import { startObservedLab, untilScraped } from './lab.ts'
import { asAsked, expectData, increaseOf, valuesOf } from './panels.ts'

const patience = { timeout: 60_000, interval: 500 }

const load = ['-e', 'STYLE=async', '-e', 'PROFILE=light', '-e', 'DURATION=25s', '-e', 'WARMUP=0s']

const requests = (run: K6Run) => [1, 2, 3, 4, 5, 6].map((number) => resultOf(run, number).requests)

/** The messages of the requests: an order that fails has five, a payment has two. */
function messagesOf(run: K6Run): number {
  const [register = 0, pay = 0, update = 0, report = 0, order = 0, click = 0] = requests(run)
  return register + 2 * pay + 3 * update + report + 5 * order + click
}

async function messagesDone(): Promise<number> {
  const [sum] = await ask(`sum(${messageMetrics.messagesHandled.name}{outcome="done"})`)
  return Number(sum?.value[1])
}

const noErrors = { '499': 0, '500': 0, '503': 0 }

/** Counts, by panel and line, when all that was accepted is done. */
function countsOf(run: K6Run): Record<string, Record<string, number>> {
  const [register = 0, pay = 0, update = 0, report = 0, order = 0, click = 0] = requests(run)
  const all = requests(run).reduce((sum, count) => sum + count, 0)
  return {
    'Total Request Rate (all services)': { 'all services': all },
    'Overall Error Rate (5xx errors)': { '5xx': 0 },
    'Scenario 1: Registration outcomes': { '202': register, '400': 0, ...noErrors },
    'Scenario 2: Payment outcomes': { '202': pay, ...noErrors },
    'Scenario 3: Fan-Out Flow request rates': {
      update,
      search: update,
      cache: update,
      analytics: update,
    },
    'Scenario 4: Report outcomes': { '202': report, '400': 0, ...noErrors },
    'Scenario 5: Saga Pattern request rates': {
      'accepted orders': order,
      'reservations asked for': order,
      'orders without stock': 0,
      'completed orders': 0,
      'failed payments': order,
      'released stock': order,
    },
    'Scenario 6: High-Throughput click tracking RPS': { '200': click, ...noErrors },
  }
}

const nothing = Object.fromEntries(queueNames.map((queue) => [queue, 0]))

test('when all is done, every panel agrees with what k6 asked for', async () => {
  const lab = await startObservedLab({}, 'async')
  const from = Date.now() / 1000
  const run = await runScript('script-sync.js', lab, load)
  await expect.poll(messagesDone, patience).toBe(messagesOf(run))
  // Each service is scraped at its own time: that of the requests perhaps after that of the messages.
  await untilScraped(lab)
  const period = { from, to: Date.now() / 1000 }
  await expectData(period, 'async')
  for (const [title, counts] of Object.entries(countsOf(run)))
    expect.soft(await increaseOf(title, period, 'async'), title).toEqual(counts)
  const outcomes = await increaseOf('Deliveries by outcome', period, 'async')
  expect(outcomes).toMatchObject({ done: messagesOf(run), dead: 0 })
  for (const title of ['Backlog per queue', 'Dead letters per queue'])
    await expect.poll(() => valuesOf(title, asAsked, 'async'), patience).toEqual(nothing)
  expect(await valuesOf('Alerts that fire', asAsked, 'async')).toEqual({ all: 0 })
  const memory = await valuesOf('Memory Usage per Container (MB)', asAsked, 'async')
  const containers = functionNames.map((name) => containerOf(name, styles.async))
  expect(Object.keys(memory).sort()).toEqual(containers.sort())
}, 150_000)
