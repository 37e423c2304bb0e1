import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { rotateLogs } from './rotate-logs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-logs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

test('keeps the logs of the last three starts', async () => {
  const log = join(folder, 'postgres.log')
  for (const start of ['first', 'second', 'third', 'fourth', 'fifth']) {
    await rotateLogs(log)
    await writeFile(log, start)
  }
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  const names = (await readdir(folder)).sort()
  expect(await Promise.all(names.map(read))).toEqual(['fifth', 'fourth', 'third', 'second'])
})

test('keeps the last lines of a file that is too long', async () => {
  const logs = join(folder, 'logs')
  await mkdir(logs)
  await writeFile(join(logs, 'a.log'), 'one\ntwo\nthree\n')
  await writeFile(join(logs, 'b.log'), 'short\n')
  await rotateLogs(logs, { bytes: 11 })
  expect(await readFile(join(`${logs}.1`, 'a.log'), 'utf8')).toBe('two\nthree\n')
  expect(await readFile(join(`${logs}.1`, 'b.log'), 'utf8')).toBe('short\n')
})

test('keeps earlier logs if a start has logged nothing', async () => {
  const logs = join(folder, 'logs')
  await mkdir(logs)
  await rotateLogs(logs)
  expect(await readdir(folder)).toEqual(['logs'])
})
