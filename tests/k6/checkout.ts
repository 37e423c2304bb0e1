import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Verdict } from '../../model/load.ts'
import { type Ended, endOf, k6Binary } from './k6.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Paths that are not copied. */
const own = ['.git', '.lab', '.lab-async', '.bundle', 'node_modules', 'results']

/** Copies the project to a folder with spaces and accents in its path; removed with the test. */
export async function oddCheckout(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  onTestFinished(() => rm(parent, { recursive: true, force: true }))
  const checkout = join(parent, 'Mes études, 100%20 #1 Übung?')
  await mkdir(join(checkout, 'results'), { recursive: true })
  for (const name of await readdir(root))
    if (!own.includes(name)) await cp(join(root, name), join(checkout, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  return checkout
}

/** A folder for the PATH that contains the k6 under test. */
async function folderOfK6(): Promise<string | undefined> {
  if (basename(k6Binary) === 'k6') return k6Binary === 'k6' ? undefined : dirname(k6Binary)
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-k6-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await symlink(k6Binary, join(folder, 'k6'))
  return folder
}

export type LoadOptions = {
  checkout: string
  args: string[]
  environment?: Record<string, string>
  meanwhile?: (pid: number) => Promise<void>
}

/** Runs `npm run load` in a checkout. */
export async function load({
  checkout,
  args,
  environment = {},
  meanwhile = async () => {},
}: LoadOptions): Promise<Ended> {
  const { BASE_URL: _, ...env } = process.env
  const path = [await folderOfK6(), env.PATH].filter(Boolean).join(delimiter)
  const program = spawn(process.execPath, ['cli/load.ts', ...args], {
    cwd: checkout,
    env: { ...env, ...environment, PATH: path },
  })
  const [ended] = await Promise.all([endOf(program), meanwhile(program.pid ?? 0)])
  return ended
}

/** The results in a folder, by file name. */
export async function resultsIn(folder: string): Promise<{ verdict: Verdict }[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'))
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  )
}
