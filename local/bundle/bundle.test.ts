import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { provideBundle } from './bundle.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** The least that is bundled: every lab bundles the whole. */
const sources = {
  'runtime/main.ts': "import { digest } from '../functions/report/digest.ts'\ndigest()\n",
  'functions/report/digest.ts': 'export const digest = () => console.log(1)\n',
  'model/services.ts': '',
  'formats/table.ts': '',
  'db/schema.ts': '',
  'local/bundle/bundle.ts': '',
  'package.json': '{ "type": "module" }',
  'package-lock.json': '',
}

/** A project with these sources. */
async function writeProject(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'lockstep-bundle-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'), 'junction')
  return root
}

test('one whole bundle serves all until a source changes', async () => {
  const root = await writeProject()
  const isChanged = async (entry: string) => (await readFile(entry, 'utf8')).includes('a change')
  const bundles = await Promise.all([provideBundle(root), provideBundle(root)])
  expect(bundles[0]).toEqual(bundles[1])
  const { entry } = bundles[0]
  const imported = [...(await readFile(entry, 'utf8')).matchAll(/from"(\.[^"]+)"/g)]
  expect(imported).not.toEqual([])
  for (const [, path = ''] of imported) await readFile(join(dirname(entry), path))
  expect(await provideBundle(root)).toEqual(bundles[0])
  await appendFile(join(root, 'runtime/main.ts'), "\nconsole.log('a change')\n")
  const second = await provideBundle(root)
  expect([await isChanged(entry), await isChanged(second.entry)]).toEqual([false, true])
})

test('a source with an error of syntax is named', async () => {
  const root = await writeProject()
  await appendFile(join(root, 'functions/report/digest.ts'), '\nconst = 1\n')
  await expect(provideBundle(root)).rejects.toThrow('functions/report/digest.ts')
})
