import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { RunResult } from '../measurement.ts'
import { createResults, lockResults, openResults } from './results-folder.ts'

const parent = await mkdtemp(join(tmpdir(), 'lockstep-results-'))
afterAll(() => rm(parent, { recursive: true }))

const run = { id: 'baseline-alone-1', samples: [] } as unknown as RunResult

test('two measurements of one second have folders of their own', async () => {
  const folders = await Promise.all(
    Array.from({ length: 3 }, async () => (await createResults(parent, 'same')).folder),
  )
  expect(new Set(folders).size).toBe(3)
})

test('a run that was changed later is refused by its name', async () => {
  const { folder, writeRun } = await createResults(parent, 'changed')
  await writeRun(run)
  const file = join(folder, 'runs', `${run.id}.json`)
  await writeFile(file, (await readFile(file, 'utf8')).replace('[]', '[{}]'))
  const again = await openResults(folder, { create: false })
  await expect(again.readRuns()).rejects.toThrow(`${file} was changed after it was written`)
})

test.each([
  ['', 'it is empty'],
  ['{"id":', 'it is no JSON'],
  ['﻿{}', 'it is no JSON'],
  ['7', 'it is no JSON'],
])('an unreadable file is named: %j', async (text, why) => {
  const { folder, read } = await createResults(parent, 'unreadable')
  await writeFile(join(folder, 'gate.json'), text)
  await expect(read('gate')).rejects.toThrow(`${folder}/gate.json cannot be read: ${why}`)
})

test('a folder is measured into by one process at a time', async () => {
  const results = await createResults(parent, 'locked')
  const unlock = await lockResults(results)
  await expect(lockResults(results)).rejects.toThrow(`Process ${process.pid} measures into`)
  await unlock()
  await (await lockResults(results))()
  expect(await readdir(results.folder)).toEqual(['runs'])
})

test('the lock of a process that has ended is taken over', async () => {
  const results = await createResults(parent, 'left')
  await writeFile(join(results.folder, 'lock.json'), '{"pid":999999,"started":"before"}')
  await (await lockResults(results))()
})
