import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { kibOf, memoryOf, meterCpu } from './usage.ts'

test('reads one line of a memory summary', () => {
  const rollup = 'Rss:               2048 kB\nPss:               1024 kB\nPss_Dirty:  7 kB\n'
  expect(kibOf(rollup, 'Pss')).toBe(1024)
})

test.runIf(process.platform === 'linux')('sums up the processes', () => {
  const [once, twice] = [memoryOf([process.pid]), memoryOf([process.pid, process.pid])]
  expect(twice.rssMiB).toBeGreaterThan(once.rssMiB * 1.5)
  expect(once.pssMiB).toBeLessThanOrEqual(once.rssMiB)
})

async function startChild() {
  const child = fork('-', { execArgv: ['-e', 'process.send(1); process.on("message", () => {})'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

test.runIf(process.platform === 'linux')('CPU time counts processes that come and go', async () => {
  const child = await startChild()
  const pids = [Number(child.pid)]
  const usedMs = meterCpu(() => pids)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(usedMs()).toBe(0)
  pids.push(Number((await startChild()).pid))
  expect(usedMs()).toBeGreaterThan(0)
})
