import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readRecorded } from '../tests/fixtures/recorded.ts'
import { compareFolders } from './compare.ts'

const recordedRuns = fileURLToPath(new URL('../tests/fixtures/quick-profile/runs', import.meta.url))

/** The folder of the recorded measurement, with other conditions. */
async function recordedUnder(conditions: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-compare-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(recordedRuns, join(folder, 'runs'), { recursive: true })
  const results = { ...readRecorded()[0]?.measurement, ...conditions }
  await writeFile(join(folder, 'results.json'), JSON.stringify(results))
  return folder
}

test('the terminal says that machine and settings are not the same', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  await compareFolders([
    await recordedUnder({}),
    await recordedUnder({ machine: { cores: 96 }, settings: {} }),
  ])
  expect(log.mock.calls.flat()).toEqual(
    expect.arrayContaining(['The machine is not the same.', 'The settings are not the same.']),
  )
})
