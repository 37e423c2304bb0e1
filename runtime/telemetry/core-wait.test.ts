import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { watchCoreWait } from './core-wait.ts'

const isLinux = process.platform === 'linux'

async function foldersOf(threads: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-threads-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [thread, schedstat] of Object.entries(threads)) {
    await mkdir(join(folder, thread))
    await writeFile(join(folder, thread, 'schedstat'), schedstat)
  }
  return folder
}

const valueIn = async (registry: Registry) =>
  (await registry.getSingleMetric(metrics.coreWait.name)?.get())?.values[0]?.value

test.skipIf(!isLinux)('the wait for a core is that of all threads, on Linux', async () => {
  const registry = new Registry()
  const folder = await foldersOf({ 1: '9000000000 1500000000 7\n', 2: '1 250000000 1\n' })
  watchCoreWait({ registry, folder })
  expect(await valueIn(registry)).toBe(1.75)
  // A thread that ends takes nothing back, and a new one adds to it.
  await rm(join(folder, '1'), { recursive: true })
  await mkdir(join(folder, '3'))
  await writeFile(join(folder, '3', 'schedstat'), '1 250000000 1\n')
  expect(await valueIn(registry)).toBe(2)
})
