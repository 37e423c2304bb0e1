import { expect, test } from 'vitest'
import { messageMetrics } from '../../model/message-metrics.ts'
import { metrics } from '../../model/metrics.ts'
import { functionNames } from '../../model/services.ts'
import { send, style } from './exchange.ts'

// Metrics of the process have the names of the library and of the runtime.
const ofProcess = /^(process|nodejs)_/

const namesIn = (rows: object) => Object.values(rows).map(({ name }) => name as string)

/** The metrics that the other style has: messages, and the recovery that their redelivery replaces. */
const ofOther =
  style === 'async' ? ['sagas_owed', 'sagas_recovered_total'] : namesIn(messageMetrics)

const modelled = namesIn(metrics).filter((name) => !ofOther.includes(name))

/** The names of all metrics that a service exports, with or without a sample. */
async function namesOf(service: (typeof functionNames)[number]): Promise<string[]> {
  const { body } = await send({ service, method: 'GET', path: '/metrics' })
  return [...String(body).matchAll(/^# TYPE (\S+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => modelled.includes(name) || !ofProcess.test(name))
}

test('the model names every metric of every service', async () => {
  for (const service of functionNames)
    expect(modelled).toEqual(expect.arrayContaining(await namesOf(service)))
})

test('orders, which need everything, export every metric of the model', async () => {
  expect((await namesOf('order')).sort()).toEqual(modelled.toSorted())
})
