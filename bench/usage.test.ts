import { expect, test } from 'vitest'
import { cpuMs, kibOf, memoryOf } from './usage.ts'

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
