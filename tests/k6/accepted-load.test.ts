import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePorts } from '../../local/processes/ports.ts'
import { scenarios } from '../../model/scenarios.ts'
import { load, oddCheckout, resultsIn } from './checkout.ts'
import { startTestLab } from './k6.ts'

test('a load of the asynchronous style ends when its messages are done', async () => {
  const firstPort = await freePorts()
  const lab = await startTestLab({}, { style: 'async', firstPort })
  const checkout = await oddCheckout()
  const args = ['light', '--async', '--duration', '3s', '--first-port', String(firstPort)]
  const { output } = await load({ checkout, args })
  expect(output).toContain('the times are those of acceptance')
  expect(output).toMatch(/^(No message was left|\d+ messages? left) a second after the load/m)
  const succeeded = scenarios.map(({ number }) => ({ scenario: number, failedRate: 0 }))
  expect(await resultsIn(join(checkout, 'results'))).toMatchObject([
    { script: 'script-async', load: { style: 'async' }, scenarios: succeeded },
  ])
  const order = await (await fetch(`${lab.urls.order}/orders/1`)).json()
  expect(order).toMatchObject({ status: 'failed' })
})
