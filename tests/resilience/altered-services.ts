/** Services whose sources are altered: to count what they do, or to break what they promise. */
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideBundle } from '../../local/bundle/bundle.ts'
import { nodeFlags } from '../../local/processes/process.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const sources = ['model', 'formats', 'db', 'functions', 'runtime', 'local', 'package.json']

/** In a file, what stands there, and what is to stand there. */
export type Alteration = { file: string; from: string; to: string }

async function alter(root: string, { file, from, to }: Alteration): Promise<void> {
  const text = await readFile(join(root, file), 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file} has not once: ${from}`)
  await writeFile(join(root, file), text.replace(from, to))
}

/**
 * Bundles altered sources in a folder.
 * @returns a program that runs such a service, in place of Node.js
 * @throws Error if an alteration does not fit the sources any more
 */
export async function alterServices(
  folder: string,
  alterations: readonly Alteration[],
): Promise<string> {
  const root = join(folder, 'altered')
  await mkdir(root, { recursive: true })
  for (const path of [...sources, 'package-lock.json'])
    await cp(join(project, path), join(root, path), { recursive: true })
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'))
  for (const alteration of alterations) await alter(root, alteration)
  const { entry } = await provideBundle(root)
  return writeProgram(join(folder, 'service.sh'), entry)
}

/** The bundle that it is started with is left out. */
async function writeProgram(program: string, entry: string): Promise<string> {
  const preload = new URL('kill-at-step.mjs', import.meta.url).href
  const run = [process.execPath, ...nodeFlags, `--import=${preload}`, entry]
  await writeFile(program, `#!/bin/sh\nexec ${run.map((part) => `"${part}"`).join(' ')}\n`)
  await chmod(program, 0o755)
  return program
}
