/** Bundles the services: `node local/bundle/build-bundle.ts FOLDER`. The image holds such a bundle. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'rolldown'

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

export type BundleOptions = {
  /** The folder of the project. */
  root: string
  /** The folder to write to. */
  folder: string
}

/**
 * Writes a chunk for all functions, and further ones for what only some of them import. Names stay,
 * and source maps are written, so that stack traces can name the lines of the sources.
 * @throws Error if an import cannot be resolved, or a file cannot be parsed
 */
export async function buildBundle({ root, folder }: BundleOptions): Promise<void> {
  // Late, because most starts find a bundle.
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    external,
    plugins: [englishOnly],
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

if (import.meta.main) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  await buildBundle({ root, folder: resolve(process.argv[2] ?? '.bundle/image') })
}
