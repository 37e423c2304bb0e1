import { appendFile, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { provideBundle } from './bundle.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const parts = [
  'model',
  'formats',
  'db',
  'functions',
  'runtime',
  'local',
  'package.json',
  'package-lock.json',
]

/** A copy of the sources. */
async function copySources(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-bundle-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const isSource = (path: string) => !path.includes('node_modules')
  for (const part of parts)
    await cp(join(project, part), join(root, part), { recursive: true, filter: isSource })
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'), 'junction')
  return root
}

test('one whole bundle serves all until a source changes', async () => {
  const root = await copySources()
  const isChanged = async (entry: string) => (await readFile(entry, 'utf8')).includes('a change')
  const bundles = await Promise.all([provideBundle(root), provideBundle(root)])
  expect(bundles[0]).toEqual(bundles[1])
  const { entry } = bundles[0]
  const imported = [...(await readFile(entry, 'utf8')).matchAll(/from"(\.\/[^"]+)"/g)]
  expect(imported).not.toEqual([])
  for (const [, path = ''] of imported) await readFile(join(dirname(entry), path))
  expect(await provideBundle(root)).toEqual(bundles[0])
  await appendFile(join(root, 'runtime/main.ts'), "\nconsole.log('a change')\n")
  const second = await provideBundle(root)
  expect([await isChanged(entry), await isChanged(second.entry)]).toEqual([false, true])
})

test('a source with an error of syntax is named', async () => {
  const root = await copySources()
  await appendFile(join(root, 'functions/email/app.ts'), '\nconst = 1\n')
  await expect(provideBundle(root)).rejects.toThrow('functions/email/app.ts')
})
