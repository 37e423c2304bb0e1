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
  await copyFile(new URL('../biome.json', import.meta.url), join(folder, 'biome.json'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What the linter says of a line of code that stands in that file. */
async function lint(file: string, line: string): Promise<string> {
  await mkdir(join(folder, dirname(file)), { recursive: true })
  await writeFile(join(folder, file), `${line}\n`)
  const args = [biome, 'lint', '--vcs-enabled=false', file]
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder }).catch(
    (refused) => refused,
  )
  return stdout + stderr
}

test.each([
  ['model/services.ts', "import { connect } from '../db/connect.ts'", 'it imports nothing'],
  ['model/services.ts', "import { z } from 'zod'", 'it imports nothing'],
  ['db/users.ts', "import { call } from '../functions/call.ts'", 'Imports point one way'],
  ['db/users.ts', "import { host } from '../runtime/host.ts'", 'Imports point one way'],
  [
    'functions/user/app.ts',
    "import { host } from '../../runtime/host.ts'",
    'Imports point one way',
  ],
  ['functions/user/app.ts', "import email from '../email/app.ts'", 'never its app'],
  ['functions/user/app.ts', "import { Pool } from 'pg'", 'A function opens nothing'],
  ['functions/user/app.ts', 'export const port = process.env.PORT', 'process.env'],
  ['runtime/host.ts', "import { scenarios } from '../lab/scenarios.ts'", 'Imports point one way'],
])('the linter refuses in %s: %s', async (file, line, message) => {
  expect(await lint(file, line)).toContain(message)
})

test.each([
  ['functions/user/app.ts', "export { register } from '../../db/users.ts'"],
  ['functions/user/app.ts', "export { sendWelcomeEmail } from '../email/contract.ts'"],
  ['model/scenarios.ts', "export { services } from './services.ts'"],
  ['functions/define.ts', "export { services } from '../model/services.ts'"],
  ['runtime/host.ts', "export { defineFunction } from '../functions/define.ts'"],
])('the linter lets pass in %s: %s', async (file, line) => {
  expect(await lint(file, line)).toMatch(/Checked 1 file.*No fixes applied/)
})
