/**
 * Resolves after at least `ms` milliseconds. A timer of Node.js may fire up to a millisecond early.
 * Thousands wait at once, so each keeps one promise and one timer: `node:timers/promises` keeps
 * several of them for its signal.
 * @throws DOMException AbortError when the signal aborts
 */
export function waitAtLeast(ms: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + ms
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    const leave = () => {
      clearTimeout(timer)
      reject(new DOMException('The wait was aborted', 'AbortError'))
    }
    const check = () => {
      const left = end - performance.now()
      if (left > 0) timer = setTimeout(check, Math.ceil(left))
      else {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
    }
    if (signal?.aborted) return leave()
    signal?.addEventListener('abort', leave)
    check()
  })
}
