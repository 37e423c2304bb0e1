import { expect, test } from 'vitest'
import { cpuMs, kibOf, memoryOf } from './usage.ts'

test('reads one line of a memory summary', () => {
  const rollup = 'Rss:               2048 kB\nPss:               1024 kB\nPss_Dirty:  7 kB\n'
  expect(kibOf(rollup, 'Pss')).toBe(1024)
})

test.runIf(process.platform === 'linux')('sums up the processes', () => {
  const [once, twice] = [memoryOf([process.pid]), memoryOf([process.pid, process.pid])]
  expect(twice.rssMiB).toBeGreaterThan(once.rssMiB * 1.5)
  expect(once.pssMiB).toBeLessThanOrEqual(once.rssMiB)
  expect(cpuMs([process.pid, process.pid])).toBeGreaterThan(cpuMs([process.pid]))
})
