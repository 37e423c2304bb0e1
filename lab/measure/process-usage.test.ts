import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { coreUseBetween, readUsage, watchCoreUse } from './process-usage.ts'

const at = (atMs: number, cpuMs: number, waitMs: number) => ({
  atMs,
  cpuMs,
  waitMs,
  memoryBytes: 1,
})

test('the use of a core is what was added between two readings', () => {
  const use = coreUseBetween(at(1000, 700, 300), at(3000, 1200, 800))
  expect(use).toEqual({ cpuShare: 0.25, waitShare: 0.5 })
})

test('a system that shows no times hides the use of a core', () => {
  expect(coreUseBetween(at(0, 0, 0), at(1000, 0, 0))).toBeUndefined()
  expect(coreUseBetween(at(0, 5, 1), at(0, 5, 1))).toBeUndefined()
})

test('another program than the expected one has no use to tell', async () => {
  const watch = watchCoreUse({ pid: process.pid, program: 'k6', begun: Promise.resolve() })
  await setTimeout(0)
  expect(watch.stop()).toBeUndefined()
})

const burnMs = 200

test.skipIf(process.platform !== 'linux')('a thread that ends keeps what it has used', async () => {
  const seen = new Map()
  const worker = new Worker(
    `const end = performance.now() + ${burnMs}
     while (performance.now() < end);
     require('node:worker_threads').parentPort.once('message', () => {}).postMessage('done')`,
    { eval: true },
  )
  await once(worker, 'message')
  const before = await readUsage(process.pid, seen)
  await worker.terminate()
  const after = await readUsage(process.pid, seen)
  expect(after?.cpuMs).toBeGreaterThan(before?.cpuMs ?? Infinity)
  expect((await readUsage(process.pid))?.cpuMs).toBeLessThan(before?.cpuMs ?? 0)
})
