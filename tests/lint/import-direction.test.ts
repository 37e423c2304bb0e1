import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)

const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-lint-'))
  await copyFile(new URL('../../biome.json', import.meta.url), join(folder, 'biome.json'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(file: string, code: string): Promise<void> {
  await mkdir(join(folder, dirname(file)), { recursive: true })
  await writeFile(join(folder, file), `${code}\n`)
}

/** The linter's output for the code of one file. */
async function lint(file: string, code: string): Promise<string> {
  await write(file, code)
  const args = [biome, 'lint', '--vcs-enabled=false', file]
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder }).catch(
    (refused) => refused,
  )
  return stdout + stderr
}

const oneWay = 'Imports point one way'

test.each([
  ['model/services.ts', "import { connect } from '../db/connect.ts'", 'it imports nothing'],
  ['model/services.ts', "import { z } from 'zod'", 'it imports nothing'],
  ['db/users.ts', "import { call } from '../functions/call.ts'", oneWay],
  ['db/users.ts', "import { host } from '../runtime/http/host.ts'", oneWay],
  ['db/migrations/0001-a.ts', "import type { Db } from '../schema.ts'", 'A migration is frozen'],
  ['db/migrations/0002-b.ts', "import { seed } from './0001-a.ts'", 'A migration is frozen'],
  ['functions/user/app.ts', "import { host } from '../../runtime/http/host.ts'", oneWay],
  ['functions/user/app.ts', "import email from '../email/app.ts'", 'never its app'],
  ['functions/user/app.ts', "import { Pool } from 'pg'", 'A function opens nothing'],
  ['functions/user/app.ts', 'export const port = process.env.PORT', 'process.env'],
  ['runtime/main.ts', "import { freePort } from '../local/ports.ts'", oneWay],
  ['runtime/http/host.ts', "import { scenarios } from '../../lab/scenarios.ts'", oneWay],
  ['local/starter.ts', "import { play } from '../lab/play.ts'", oneWay],
  ['local/starter.ts', "import { parseOptions } from '../cli/start-options.ts'", oneWay],
  ['lab/play.ts', "import { parseOptions } from '../cli/start-options.ts'", oneWay],
  ['lab/load-results.ts', "import { whyEnded } from '../k6-tests/verdict.ts'", oneWay],
  ['cli/load-options.ts', "import { parseLoad } from '../k6-tests/environment.ts'", oneWay],
  ['cli/tour.ts', "import { send } from '../tests/contract/exchange.ts'", oneWay],
  ['k6-tests/play.ts', "import { z } from '../functions/route.ts'", 'imports the model only'],
  ['observability/grafana/panels.ts', "import { a } from '../../lab/play.ts'", 'the model only'],
  [
    'bench/parts/click.ts',
    "import click from '../../functions/analytics/app.ts'",
    'never by its app',
  ],
  ['bench/parts/click.ts', "import { play } from '../../lab/play.ts'", 'bench/ imports the model'],
  ['bench/bench.ts', "import { startCommand } from '../cli/start-options.ts'", 'imports the model'],
  ['cli/tour.ts', "import { spreadOf } from '../bench/statistics.ts'", oneWay],
  ['runtime/main.ts', "import { spreadOf } from '../bench/statistics.ts'", oneWay],
  ['deploy/compose.ts', "import { config } from '../runtime/config.ts'", 'imports the model only'],
])('the linter refuses in %s: %s', async (file, line, message) => {
  expect(await lint(file, line)).toContain(message)
})

test('the linter refuses two files that import each other', async () => {
  await write('lab/one.ts', "export { two } from './two.ts'\nexport const one = 1")
  const said = await lint('lab/two.ts', "export { one } from './one.ts'\nexport const two = 2")
  expect(said).toContain('noImportCycles')
})

test.each([
  ['model/scenarios.ts', "export { services } from './services.ts'"],
  ['db/migrations/0001-a.ts', "export { sql } from 'kysely'"],
  ['functions/define.ts', "export { services } from '../model/services.ts'"],
  ['functions/user/app.ts', "export { register } from '../../db/users.ts'"],
  ['functions/user/app.ts', "export { sendWelcomeEmail } from '../email/contract.ts'"],
  ['runtime/http/host.ts', "export { defineFunction } from '../../functions/define.ts'"],
  ['local/lab.ts', "export { parseConfig } from '../runtime/config.ts'"],
  ['lab/play.ts', "export { openLab } from '../local/open-lab.ts'"],
  ['cli/tour.ts', "export { play } from '../lab/play.ts'"],
  ['bench/bench.ts', "export { createCommand } from '../cli/command-line.ts'"],
  ['bench/floors/acknowledging.ts', "export { reindex } from '../../functions/search/contract.ts'"],
  ['k6-tests/play.ts', "export { services } from '../model/services.ts'"],
])('the linter lets pass in %s: %s', async (file, line) => {
  expect(await lint(file, line)).toMatch(/Checked 1 file.*No fixes applied/)
})
