import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

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
    if (!file?.startsWith('file:') || line === null || column === null) return String(site)
    const origin = mapOf(file)?.findOrigin(line, column)
    if (!origin || !('fileName' in origin)) return String(site)
    const source = fileURLToPath(new URL(origin.fileName, file))
    const place = `${source}:${origin.lineNumber}:${origin.columnNumber}`
    return String(site).replace(`${file}:${line}:${column}`, () => place)
  }

  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites.map((site) => `    at ${describe(site)}`)].join('\n')
}

function readMap(file: string): SourceMap | undefined {
  const path = `${fileURLToPath(file)}.map`
  if (!existsSync(path)) return undefined
  return new SourceMap(JSON.parse(readFileSync(path, 'utf8')))
}
