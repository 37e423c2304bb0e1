import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tryFile } from './try-file.ts'

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-try-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('a new file is tried in a new folder and leaves nothing', async () => {
  const folder = join(await emptyFolder(), 'new')
  await tryFile('--out', join(folder, 'figures.json'))
  expect(await readdir(folder)).toEqual([])
})

test('a file that exists stays as it is', async () => {
  const file = join(await emptyFolder(), 'figures.json')
  await writeFile(file, '{}')
  await tryFile('--out', file)
  expect(await readFile(file, 'utf8')).toBe('{}')
})

test.each(['README.md/figures.json', ''])('%j cannot be written and is named', async (path) => {
  const folder = await emptyFolder()
  await writeFile(join(folder, 'README.md'), '')
  const file = join(folder, path)
  await expect(tryFile('--out', file)).rejects.toThrow(`--out cannot be written to ${file}: E`)
})
