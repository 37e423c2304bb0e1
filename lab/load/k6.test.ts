import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findK6 } from './k6.ts'

/** Puts shell scripts on the PATH, and nothing else. */
async function usePrograms(programs: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-path-'))
  const { PATH } = process.env
  onTestFinished(async () => {
    process.env.PATH = PATH
    await rm(folder, { recursive: true })
  })
  for (const [name, line] of Object.entries(programs))
    await writeFile(join(folder, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  process.env.PATH = folder
}

test('a Docker that does not answer is named', async () => {
  await usePrograms({ docker: 'exec /bin/sleep 60' })
  await expect(findK6({ limitMs: 300 })).rejects.toThrow('"docker info" has not ended after 0.3 s')
})

test('without k6 a Docker with compose runs it', async () => {
  await usePrograms({ docker: 'exit 0' })
  expect(await findK6()).toBe('container')
})

test('without k6 and Docker both are named', async () => {
  await usePrograms({})
  await expect(findK6()).rejects.toThrow('k6 is neither on the PATH nor is there a Docker')
})
