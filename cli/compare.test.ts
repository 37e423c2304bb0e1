import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { compareFolders } from './compare.ts'

const fixture = fileURLToPath(new URL('../tests/fixtures/quick-profile', import.meta.url))

test('the terminal says that machine and settings are not the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-compare-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const other = join(folder, 'other')
  await cp(fixture, other, { recursive: true })
  const file = join(other, 'results.json')
  const results = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify({ ...results, machine: { cores: 96 }, settings: {} }))
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  await compareFolders([fixture, other])
  expect(log.mock.calls.flat()).toEqual(
    expect.arrayContaining(['The machine is not the same.', 'The settings are not the same.']),
  )
})
