import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Lets the stack traces of a bundle name the lines of the sources. Unlike `--enable-source-maps`,
 * which holds every source map in memory (50 MB for a service), it reads one when a stack trace
 * first needs it.
 */
export function traceSources(): void {
  const maps = new Map<string, SourceMap | undefined>()

  function mapOf(file: string): SourceMap | undefined {
    if (!maps.has(file)) maps.set(file, readMap(file))
    return maps.get(file)
  }

  function describe(site: NodeJS.CallSite): string {
    const [file, line, column] = [site.getFileName(), site.getLineNumber(), site.getColumnNumber()]
    if (!file || line === null || column === null) return String(site)
    // Node.js names a module by its URL, Bun by its path.
    const bundle = file.startsWith('file:') ? fileURLToPath(file) : file
    // Entries count from 0. `findOrigin`, which counts from 1, is empty under Bun.
    const origin = mapOf(bundle)?.findEntry(line - 1, column - 1)
    if (!origin || !('originalSource' in origin)) return String(site)
    const source = fileURLToPath(new URL(origin.originalSource, pathToFileURL(bundle)))
    const place = `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`
    return String(site).replace(`${file}:${line}:${column}`, () => place)
  }

  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites.map((site) => `    at ${describe(site)}`)].join('\n')
}

function readMap(file: string): SourceMap | undefined {
  const path = `${file}.map`
  if (!existsSync(path)) return undefined
  return new SourceMap(JSON.parse(readFileSync(path, 'utf8')))
}
