import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { experimentsOf } from '../experiments/profiles.ts'
import { idealCalibration } from '../predict/lab-settings.ts'
import { createResults, openResults } from './results-folder.ts'
import { readSealed, sealOnce } from './sealed.ts'

const parent = await mkdtemp(join(tmpdir(), 'lockstep-sealed-'))
afterAll(() => rm(parent, { recursive: true }))

const probe = { dropped: 0, p95Ms: 1, objections: [] }
const gate = { calibration: idealCalibration, probe, ignored: false }
const experiments = experimentsOf('quick', { cores: 2 }).slice(0, 1)
const conditions = { commit: 'abc', seed: 1 }

const sealIn = async (folder: string, more: object = {}) =>
  sealOnce({ results: await openResults(folder), experiments, conditions, seed: 1, gate, ...more })

test('a measurement that is resumed has the seal that it was begun with', async () => {
  const { folder } = await createResults(parent, 'resumed')
  expect(await sealIn(folder)).toEqual(await sealIn(folder))
})

test.each([
  ['another commit', { conditions: { commit: 'def', seed: 1 } }],
  ['another seed', { conditions: { commit: 'abc', seed: 2 }, seed: 2 }],
  ['another length', { experiments: experimentsOf('full', { cores: 2 }).slice(0, 1) }],
])('%s has another seal and is refused', async (_name, more) => {
  const { folder } = await createResults(parent, 'other')
  await sealIn(folder)
  await expect(sealIn(folder, more)).rejects.toThrow('was begun with other predictions')
})

test('a prediction that was changed is refused by the name of its file', async () => {
  const results = await createResults(parent, 'tampered')
  await sealIn(results.folder)
  const file = join(results.folder, 'predictions.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/"medianMs": [\d.]+/, '"medianMs": 0.31'))
  // Whoever changes the file may change the manifest as well.
  await rm(join(results.folder, 'manifest.json'))
  const again = await openResults(results.folder)
  await expect(readSealed(again)).rejects.toThrow(
    'predictions.json was changed after it was sealed',
  )
})
