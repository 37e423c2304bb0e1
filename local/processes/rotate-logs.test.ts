import { appendFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { boundLogs, rotateLogs } from './rotate-logs.ts'

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

test('bounds a log while it is written', async () => {
  const file = join(folder, 'a.log')
  onTestFinished(boundLogs([folder], { bytes: 2000, everyMs: 1 }))
  let [count, cuts, size] = [0, 0, 0]
  const write = async () => {
    for (let line = 0; line < 20; line++) appendFileSync(file, `line ${count++}\n`)
    const before = size
    size = (await stat(file)).size
    if (size < before) cuts++
    return cuts
  }
  await expect.poll(write, { interval: 1 }).toBeGreaterThan(3)
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  expect(lines.filter((line) => !/^line \d+$/.test(line))).toEqual([])
  expect(lines.length).toBeGreaterThan(2000 / 'line 1000000\n'.length)
})
