const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
// Ctrl-C arrives twice: from the terminal, and from npm, which forwards it.
const onceMs = 500

/**
 * Calls `handle` for each signal to end this program; two at the same time count once.
 * @returns a function that removes the handler
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
