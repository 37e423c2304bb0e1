/** What the image adds to its base, and how long its build takes after a change. */
import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Figure, figureOf } from '../figure.ts'
import type { Plan } from '../plan.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tag = 'lockstep:bench'
const part = 'image'

/** A client of the Docker engine; a call returns what the command prints. */
const dockerOf =
  (signal: AbortSignal) =>
  async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('docker', args, { signal })).stdout.trim()

type Docker = ReturnType<typeof dockerOf>

/** The paths that go to the builder. */
export const contextOf = (dockerignore: string): string[] =>
  [...dockerignore.matchAll(/^!(.+)$/gm)].map(([, path = '']) => path)

/** A copy of the sources, so that a change of them leaves the user's alone. */
async function copyContext(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-image-'))
  const context = contextOf(await readFile(join(root, '.dockerignore'), 'utf8'))
  for (const path of ['.dockerignore', 'Dockerfile', ...context])
    await cp(join(root, path), join(folder, path), { recursive: true })
  return folder
}

const build = (docker: Docker, folder: string) =>
  docker('build', '--quiet', '--target', 'node', '--tag', tag, folder)

async function timeRebuild(docker: Docker, folder: string): Promise<number> {
  await appendFile(join(folder, 'functions/email/app.ts'), "performance.mark('changed')\n")
  const start = performance.now()
  await build(docker, folder)
  return (performance.now() - start) / 1000
}

const bytesOf = async (docker: Docker, image: string) =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', image))

async function measure(docker: Docker, folder: string, { rounds, quick }: Plan): Promise<Figure[]> {
  await build(docker, folder)
  const [, base = ''] = /^FROM (\S+)/m.exec(await readFile(join(root, 'Dockerfile'), 'utf8')) ?? []
  const bytes = (await bytesOf(docker, tag)) - (await bytesOf(docker, base))
  const seconds: number[] = []
  for (let round = 0; round < (quick ? 1 : rounds); round++)
    seconds.push(await timeRebuild(docker, folder))
  const atMost = (limit: number) => ({ of: 'ours', atMost: limit }) as const
  return [
    figureOf({
      part,
      measure: 'size over its base',
      unit: 'MB',
      ours: [bytes / 1e6],
      target: atMost(30),
    }),
    figureOf({
      part,
      measure: 'build after a change in one function',
      unit: 's',
      ours: seconds,
      target: atMost(10),
    }),
  ]
}

/** Builds the image for Node.js; says so and measures nothing if there is no Docker engine. */
export async function image(plan: Plan): Promise<Figure[]> {
  const docker = dockerOf(plan.signal)
  if (!(await docker('info').catch(() => false))) {
    plan.say('skipped: no Docker engine')
    return []
  }
  const folder = await copyContext()
  try {
    return await measure(docker, folder, plan)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await docker('image', 'rm', tag).catch(() => undefined)
  }
}
