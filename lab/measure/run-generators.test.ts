import { expect, onTestFinished, test } from 'vitest'
import { openStartBarrier } from './run-generators.ts'

const generators = ['k6', 'ssh alice@10.0.0.2 k6']

async function openBarrier(timeoutMs?: number) {
  const options = { host: '127.0.0.1', generators, ...(timeoutMs && { timeoutMs }) }
  const barrier = await openStartBarrier(options)
  onTestFinished(() => barrier.close())
  const arrive = (index: number, k6 = '2.2.0') =>
    fetch(barrier.urlOf(index), { headers: { 'User-Agent': `Grafana k6/${k6}` } })
  return { ...barrier, arrive }
}

test('a barrier opens when all generators have arrived', async () => {
  const { arrive, passed } = await openBarrier()
  const responses = await Promise.all([arrive(0), arrive(1)])
  expect(responses.map(({ status }) => status)).toEqual([200, 200])
  expect(await passed).toEqual(['2.2.0', '2.2.0'])
})

test('a barrier stays closed for different versions of k6', async () => {
  const { arrive, passed } = await openBarrier()
  const arrivals = [arrive(0, '2.2.0'), arrive(1, '1.0.0')]
  for (const arrival of arrivals) arrival.catch(() => {})
  await expect(passed).rejects.toThrow(/2\.2\.0 {2}k6\n {2}1\.0\.0 {2}ssh alice@10\.0\.0\.2 k6\n/)
})

test('a barrier names the generator that has not arrived', async () => {
  const { arrive, passed, close } = await openBarrier(300)
  // It gets no answer, as the other one is missing.
  const unanswered = expect(arrive(0)).rejects.toThrow()
  await expect(passed).rejects.toThrow('the generator ssh alice@10.0.0.2 k6')
  close()
  await unanswered
})

test('a barrier refuses a request of no generator', async () => {
  const { arrive, passed } = await openBarrier()
  const stranger = await arrive(2)
  expect(stranger.status).toBe(404)
  await Promise.all([arrive(0), arrive(1)])
  expect(await passed).toHaveLength(2)
})
