import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { formatSummary } from '../../formats/samples.ts'
import { openStartBarrier, runGenerators } from './run-generators.ts'

const generators = ['k6', 'ssh alice@10.0.0.2 k6']

async function openBarrier(timeoutMs?: number) {
  const say = vi.fn<(line: string) => void>()
  const options = { host: '127.0.0.1', generators, say, ...(timeoutMs && { timeoutMs }) }
  const barrier = await openStartBarrier(options)
  onTestFinished(() => barrier.close())
  const arrive = (index: number, k6 = '2.2.0') =>
    fetch(barrier.urlOf(index), { headers: { 'User-Agent': `Grafana k6/${k6}` } })
  return { ...barrier, arrive, say }
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
  const { arrive, passed, close, say } = await openBarrier(300)
  // It gets no answer, as the other one is missing.
  const unanswered = expect(arrive(0)).rejects.toThrow()
  await expect(passed).rejects.toThrow('the generator ssh alice@10.0.0.2 k6')
  expect(say.mock.calls).toEqual([['Not ready yet: the generator ssh alice@10.0.0.2 k6']])
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

/** A command that plays no load: it waits at the barrier, then ends or hangs. */
async function fakeGenerator(name: string, then: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-generator-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, `${name}.mjs`)
  const arrive = `import { text } from 'node:stream/consumers'\nawait fetch(await text(process.stdin))`
  await writeFile(file, `${arrive}\n${then}`)
  return `${process.execPath} ${file}`
}

test('a generator that does not end is said and named, and ended', async () => {
  const summary = JSON.stringify(formatSummary({}))
  const ending = await fakeGenerator('ending', `process.stdout.write(${summary})`)
  const hanging = await fakeGenerator('hanging', 'setInterval(() => {}, 1000)')
  const say = vi.fn<(line: string) => void>()
  const running = runGenerators({
    generators: [ending, hanging],
    scriptFor: (url) => url,
    host: '127.0.0.1',
    onLine: () => {},
    timeoutMs: 4000,
    say,
  })
  await expect(running).rejects.toThrow(`Not done after 4 s: the generator ${hanging}`)
  expect(say.mock.lastCall).toEqual([`Not done yet: the generator ${hanging}`])
})
