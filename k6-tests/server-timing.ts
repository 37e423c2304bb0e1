/** One request's time by what it went into, in milliseconds. https://www.w3.org/TR/server-timing/#the-server-timing-header-field */
export function parseServerTiming(header: string | null): Map<string, number> {
  const times = new Map<string, number>()
  for (const [, name = '', duration] of (header ?? '').matchAll(/([\w-]+);dur=([\d.]+)/g))
    times.set(name, (times.get(name) ?? 0) + Number(duration))
  return times
}
