const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
// Ctrl-C arrives twice: the terminal sends it to npm and to this program, and npm passes it on.
const onceMs = 500

/**
 * Calls `handle` each time that this program is asked to end; what arrives twice at once counts once.
 * @returns what stops that
 */
export function onInterrupt(handle: (signal: NodeJS.Signals) => void): () => void {
  let last = -Infinity
  const listen = (signal: NodeJS.Signals) => {
    const isEcho = performance.now() - last < onceMs
    last = performance.now()
    if (!isEcho) handle(signal)
  }
  for (const signal of signals) process.on(signal, listen)
  return () => {
    for (const signal of signals) process.off(signal, listen)
  }
}
