/**
 * The bundle of the services on this machine, made again when a source has changed. The image holds
 * the one of `node local/bundle/bundle.ts FOLDER`.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'rolldown'

const project = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['model', 'formats', 'db', 'functions', 'runtime']
const files = ['local/bundle/bundle.ts', 'package.json', 'package-lock.json']

const keptBundles = 10
const keptMs = 86_400_000

export type Bundle = {
  /** The program that runs a function. */
  entry: string
  /** The folder in which Node.js keeps the compiled code. */
  compileCache: string
}

/**
 * Provides the bundle of the sources as they are; builds it if there is none. Several processes can do
 * so at once.
 * @throws Error if the sources cannot be bundled
 */
export async function provideBundle(root = project): Promise<Bundle> {
  const bundles = join(root, '.bundle')
  const folder = join(bundles, await fingerprint(root))
  if (existsSync(folder)) await utimes(folder, new Date(), new Date())
  else {
    await mkdir(bundles, { recursive: true })
    await build(root, folder)
    await removeOld(bundles)
  }
  return { entry: join(folder, 'runtime/main.js'), compileCache: join(folder, 'compiled') }
}

/** Changes with the path, size or time of any source: their contents take longer to read. */
async function fingerprint(root: string): Promise<string> {
  const listed = folders.map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true })
    return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
  })
  const sources = [...files, ...(await Promise.all(listed)).flat()]
  const lines = sources
    .filter((path) => !path.endsWith('.test.ts'))
    .map(async (path) => {
      const { size, mtimeMs } = await stat(join(root, path))
      return `${path} ${size} ${mtimeMs}`
    })
  const text = (await Promise.all(lines)).sort().join('\n')
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Builds apart and renames, so that no process finds half a bundle. */
async function build(root: string, folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}-`)
  try {
    await buildBundle(root, draft)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process was faster.
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error
  }
}

/** Keeps the newest ones, and those of the last day: a lab that runs reads parts of its bundle late. */
async function removeOld(bundles: string): Promise<void> {
  const paths = (await readdir(bundles)).map((name) => resolve(bundles, name))
  const dated = await Promise.all(
    paths.map(async (path) => ({ path, usedMs: (await stat(path)).mtimeMs })),
  )
  const old = dated
    .sort((one, other) => other.usedMs - one.usedMs)
    .slice(keptBundles)
    .filter(({ usedMs }) => usedMs < Date.now() - keptMs)
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}

// Each keeps the place of its source: the thread pool loads the last two by their paths.
const entries = {
  'runtime/main': 'runtime/main.ts',
  'functions/report/digest': 'functions/report/digest.ts',
  'runtime/worker': 'node_modules/piscina/dist/worker.js',
}

// Their packages use them if they are installed.
const external = ['pg-native', '@napi-rs/nice']

/** Leaves out zod's messages in fifty other languages: a third of zod, in the memory of each service. */
const englishOnly: Plugin = {
  name: 'english-only',
  load: {
    filter: { id: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ },
    handler: () => "export { default as en } from './en.js'",
  },
}

/** Leaves out the calendars of pg-boss, which only schedules need: half of what the queues load. */
const withoutCalendars: Plugin = {
  name: 'without-calendars',
  load: {
    filter: { id: /[\\/](cron-parser|rrule-temporal)[\\/]dist[\\/]index\.js$/ },
    handler: () => 'export const CronExpressionParser = undefined, RRuleTemporal = undefined',
  },
}

/**
 * Bundles the project of `root` into `folder`: a chunk for all functions, and further ones for what
 * only some of them import. Names stay, and source maps are written, so that stack traces can name
 * the lines of the sources.
 * @throws Error if an import cannot be resolved, or a file cannot be parsed
 */
async function buildBundle(root: string, folder: string): Promise<void> {
  // Late, because most starts find a bundle.
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external,
    plugins: [englishOnly, withoutCalendars],
    transform: { define: { __dirname: 'import.meta.dirname' } },
  })
  await bundle.write({
    dir: folder,
    sourcemap: true,
    sourcemapExcludeSources: true,
    minify: { compress: false, mangle: false, codegen: true },
    entryFileNames: '[name].js',
    chunkFileNames: 'runtime/[name].js',
  })
}

if (import.meta.main) await buildBundle(project, resolve(process.argv[2] ?? '.bundle/image'))
