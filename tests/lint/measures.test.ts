import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'

const rooms = 'model,formats,db,functions,runtime,local,lab,cli,k6-tests,observability,deploy,tests'
const cwd = fileURLToPath(new URL('../..', import.meta.url))
const exclude = ['**/node_modules/**', 'db/migrations/**']

const files: { path: string; lines: string[] }[] = []
for await (const path of glob(`{${rooms}}/**/*.{ts,js}`, { cwd, exclude }))
  files.push({ path, lines: (await readFile(`${cwd}/${path}`, 'utf8')).trimEnd().split('\n') })

const isTest = ({ path }: { path: string }) => path.endsWith('.test.ts')
const sizes = files
  .filter((file) => !isTest(file))
  .map(({ path, lines }) => ({ path, length: lines.length }))

test('the measures see the whole code', () => {
  expect(files.length).toBeGreaterThan(300)
})

test('no file of code has more than 200 lines', () => {
  expect(sizes.filter(({ length }) => length > 200)).toEqual([])
})

test('half of the files have at most 80 lines', () => {
  const sorted = sizes.map(({ length }) => length).toSorted((a, b) => a - b)
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80)
})

test('only the model and contract tests name metrics', () => {
  const literal = new RegExp(
    `['"\`](${Object.values(metrics)
      .map(({ name }) => name)
      .join('|')})\\b`,
  )
  // A table may have the name of a metric.
  const mayName =
    /^(model\/(message-)?metrics|db\/|formats\/metrics-text\.test|tests\/(contract|containers)\/)/
  const named = files.flatMap(({ path, lines }) =>
    mayName.test(path)
      ? []
      : lines.flatMap((line, index) =>
          literal.test(line) ? [`${path}:${index + 1}: ${line}`] : [],
        ),
  )
  expect(named).toEqual([])
})
