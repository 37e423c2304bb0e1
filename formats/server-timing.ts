/**
 * Reads a `Server-Timing` header.
 * https://www.w3.org/TR/server-timing/#the-server-timing-header-field
 * @returns milliseconds by name
 */
export function parseServerTiming(header: string | null): Map<string, number> {
  const times = new Map<string, number>()
  for (const [, name = '', duration] of (header ?? '').matchAll(/([\w-]+);dur=([\d.]+)/g))
    times.set(name, (times.get(name) ?? 0) + Number(duration))
  return times
}
