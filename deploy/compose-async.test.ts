import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { styles } from '../model/styles.ts'
import { restyle } from './compose-async.ts'

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8')
const text = await read(styles.sync.composeFile)

test('nothing of the synchronous stack is left but its load', async () => {
  const [, ...lines] = (await read(styles.async.composeFile)).split('\n')
  const left = lines.filter((line) =>
    /[-_]sync\b|\bsynchronous|:-(80[01]\d|8080|9090|3000|5432)}/.test(line),
  )
  expect(left).toEqual([expect.stringContaining('k6-tests/script-sync.js')])
})

test('the limits, images and protections are those of the synchronous stack', () => {
  const kept = /^ +(image|cpus|mem_limit|pids_limit|user|read_only|cap_drop|security_opt): .*$/gm
  expect(text.match(kept)?.length).toBeGreaterThan(20)
  expect(restyle(text).match(kept)).toEqual(text.match(kept))
})

test.each([
  ['name: lockstep\n', '', 'name: lockstep'],
  ['four pools', 'a few pools', 'four pools'],
  ['Callers depend', 'Clients depend', 'Callers depend'],
])('a text without %j is refused', (part, other, named) => {
  expect(() => restyle(text.replace(part, other))).toThrow(`has no "${named}`)
})
