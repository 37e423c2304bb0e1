import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { diskBytes } from './size.ts'

test('a file with two names takes its space once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-size-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'inner'))
  await writeFile(join(folder, 'one'), Buffer.alloc(1 << 20, 1))
  const once = await diskBytes(folder)
  await link(join(folder, 'one'), join(folder, 'inner', 'two'))
  expect(await diskBytes(folder)).toBe(once)
  expect(once).toBeGreaterThanOrEqual(1 << 20)
})
