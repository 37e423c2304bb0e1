import { expect, test } from 'vitest'
import { cpuMs, kibOf, memoryOf, ticksOf } from './usage.ts'

test('reads the ticks of a process with spaces in its name', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 12345'
  expect(ticksOf(stat)).toBe(300)
})

test('reads one line of a memory summary', () => {
  const rollup = 'Rss:               2048 kB\nPss:               1024 kB\nPss_Dirty:  7 kB\n'
  expect(kibOf(rollup, 'Pss')).toBe(1024)
})

test.runIf(process.platform === 'linux')('sums up the processes', async () => {
  const [once, twice] = [await memoryOf([process.pid]), await memoryOf([process.pid, process.pid])]
  expect(twice.rss).toBeGreaterThan(once.rss * 1.5)
  expect(once.pss).toBeLessThanOrEqual(once.rss)
  expect(cpuMs([process.pid, process.pid])).toBeGreaterThan(cpuMs([process.pid]))
})
