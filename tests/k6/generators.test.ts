import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { scenarioOf } from '../../k6-tests/load/scenarios.ts'
import { generate } from '../../lab/measure/generator.ts'
import type { LoadPlan } from '../../model/load-plan.ts'
import { countFrom } from './histogram.ts'
import { startTestLab } from './k6.ts'
import { startSshd, succeeds, withoutNetwork } from './machines.ts'
import { planOf } from './plan.ts'

const clicks = { name: 'clicks', scenario: 6, startSeconds: 0, perSecond: 50, maxUsers: 20 }

const planFor = (urls: LoadPlan['urls'], seconds = 1) =>
  planOf(urls, [{ ...clicks, seconds, arrivals: 'even' }], 1000)

const sshd = await startSshd()
const { urls } = await startTestLab({}, { functions: ['analytics'], whenDone: afterAll })

test.skipIf(!sshd)('generators share a load by ssh, or are skipped: no sshd', async () => {
  const { samples, generator } = await generate({
    plan: planFor(urls),
    generators: ['k6', `${sshd} k6`],
  })
  expect(Math.abs(samples.length - 50)).toBeLessThanOrEqual(2)
  expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
  expect(generator).toMatchObject({ dropped: 0, k6: expect.stringMatching(/^\d+\.\d+/) })
  // The process here is ssh, whose CPU time is not that of k6.
  expect(generator.cpuShare).toBeUndefined()
})

test.skipIf(!sshd)('an interruption ends k6 on the other machine, if there is sshd', async () => {
  const interruption = new AbortController()
  const { signal } = interruption
  // A name of its own tells this k6 from others on this machine.
  const own = `lockstep-${Date.now()}`
  const generators = [`${sshd} k6 --address localhost:0 --tag run=${own}`]
  const counted = await countFrom(urls.analytics, scenarioOf(6))
  const generated = generate({ plan: planFor(urls, 60), generators, signal })
  const isRunning = () => succeeds(`pgrep -f ^k6.*${own}`)
  while ((await counted()) < 10) await setTimeout(50)
  expect(isRunning()).toBe(true)
  interruption.abort(new Error('enough'))
  await expect(generated).rejects.toThrow('enough')
  while (isRunning()) await setTimeout(50)
})

test.each([
  ['env no-such-k6', /"env no-such-k6" ended with exit code 127\. There is no such command/],
  ['no-such-program k6', /"no-such-program k6" did not start: .* no program "no-such-program"/],
  ['ssh -p 1 -o BatchMode=yes 127.0.0.1 k6', /255\. ssh did not log in, or lost the connection/],
  ['true', /"true" ended without a summary: is it k6\?/],
  ['timeout 3 k6', /"timeout 3 k6" ended with exit code 124/],
])('a load names the generator that fails: %s', async (command, message) => {
  const generated = generate({ plan: planFor(urls, 20), generators: ['k6', command] })
  await expect(generated).rejects.toThrow(message)
})

test('two versions of k6 share no load', async () => {
  const generators = ['k6', 'env K6_USER_AGENT=k6/1.0.0 k6']
  const generated = generate({ plan: planFor(urls), generators })
  await expect(generated).rejects.toThrow(/different versions.*\n.*k6\n {2}1\.0\.0 {2}env K6/)
})

test.skipIf(!withoutNetwork)('a generator says that it does not reach the lab', async () => {
  const generated = generate({ plan: planFor(urls), generators: [`${withoutNetwork} k6`] })
  await expect(generated).rejects.toThrow(/does not reach http:\/\/127\.0\.0\.1.*--host/s)
})
