import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findCircles, findForbidden, rooms, type Source } from './rooms.ts'

const cwd = fileURLToPath(new URL('../..', import.meta.url))

const sources: Source[] = []
for await (const path of glob(`{${Object.keys(rooms)}}/**/*.{ts,js}`, {
  cwd,
  exclude: ['**/node_modules/**'],
}))
  sources.push({ path, code: await readFile(`${cwd}/${path}`, 'utf8') })

test('no file imports against the direction', () => {
  expect(sources.length).toBeGreaterThan(300)
  expect(findForbidden(sources)).toEqual([])
})

test('no files import each other in a circle', () => {
  expect(findCircles(sources)).toEqual([])
})

test.each([
  ['model/services.ts', "import { z } from 'zod'", 'import nothing but'],
  ['model/services.ts', "import { a } from '../db/schema.ts'", 'may not import db/'],
  ['formats/table.ts', "import { a } from '../model/services.ts'", 'may not import model/'],
  [
    'db/shop/users.ts',
    "import { a } from '../../functions/bindings.ts'",
    'may not import functions/',
  ],
  ['db/migrations/0001-a.ts', "import type { Db } from '../schema.ts'", 'is frozen'],
  ['db/migrations/0002-b.ts', "import { seed } from './0001-a.ts'", 'is frozen'],
  ['functions/user/app.ts', "import { a } from '../../runtime/main.ts'", 'may not import runtime/'],
  ['functions/user/app.ts', "import email from '../email/app.ts'", 'never its app'],
  ['functions/user/app.ts', "import { Pool } from 'pg'", 'opens nothing'],
  ['functions/user/app.ts', "import { c } from '../../db/connection/connect.ts'", 'opens nothing'],
  ['functions/user/app.ts', "import { HTTPException } from 'hono/http-exception'", 'outcomes'],
  ['runtime/main.ts', "import { a } from '../local/lab.ts'", 'may not import local/'],
  ['local/lab.ts', "await import('../lab/play.ts')", 'may not import lab/'],
  ['lab/play.ts', "export { a } from '../cli/tour.ts'", 'may not import cli/'],
  ['lab/judge/a.ts', "import type { A } from '../measure/run.ts'", '← measure'],
  ['lab/predict/a.ts', "import { a } from '../experiments/a.ts'", '← experiments'],
  ['cli/tour.ts', "import type { A } from '../bench/bench.ts'", 'may not import bench/'],
  ['cli/tour.ts', "import { a } from '../tests/database.ts'", 'may not import tests/'],
  [
    'k6-tests/play.ts',
    "import { z } from '../functions/http/route.ts'",
    'may not import functions/',
  ],
  ['observability/grafana/a.ts', "import { a } from '../../lab/play.ts'", 'may not import lab/'],
  ['deploy/compose.ts', "import { a } from '../runtime/main.ts'", 'may not import runtime/'],
  ['deploy/compose.ts', "import { a } from '../functions/user/contract.ts'", 'only messages'],
  ['bench/bench.ts', "import a from '../functions/user/app.ts'", 'in a process'],
  ['bench/bench.ts', "import a from '../cli/tour.ts'", 'how command lines are built'],
])('refuses in %s: %s', (path, code, reason) => {
  expect(findForbidden([{ path, code }]).join()).toContain(reason)
})

test('formats/ may import the generator of random numbers', () => {
  const code = "import { mersenne } from 'pure-rand/generator/mersenne'"
  expect(findForbidden([{ path: 'formats/random.ts', code }])).toEqual([])
})

test('sees circles of types and of late imports', () => {
  const circle = [
    { path: 'lab/one.ts', code: "import type { B } from './two.ts'" },
    { path: 'lab/two.ts', code: "await import('./three.ts')" },
    { path: 'lab/three.ts', code: "export { a } from './one.ts'" },
  ]
  expect(findCircles(circle)).toEqual([['lab/one.ts', 'lab/two.ts', 'lab/three.ts', 'lab/one.ts']])
  expect(findCircles(circle.slice(0, 2))).toEqual([])
})
