import { writeSync } from 'node:fs'

export type LogDestinationOptions = {
  /** The standard output by default. */
  fd?: number
  /** Called for each dropped line. */
  onDropped: () => void
  /** Called with the system's reason when lines begin to be dropped. */
  onLost: (reason: string) => void
  /** Called when lines are written again, with how many were dropped. */
  onRegained: (dropped: number) => void
}

const nothing = Buffer.alloc(0)

// A pipe whose reader is behind has room again in a moment.
const [pauseMs, mostPauses] = [1, 100]
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/** Writes what there is room for, and waits a moment if a pipe has none. */
function writeTo(fd: number, text: string | Buffer): number {
  for (let pauses = 0; ; pauses++)
    try {
      return typeof text === 'string' ? writeSync(fd, text) : writeSync(fd, text)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN' || pauses === mostPauses) throw error
      Atomics.wait(sleeper, 0, 0, pauseMs)
    }
}

/**
 * Writes each line before `write` returns, so that a request's line is in the log before its answer.
 * A line that cannot be written, as on a full disk, is dropped: the work goes on without a log.
 */
export function createLogDestination(options: LogDestinationOptions) {
  const { fd = 1, onDropped, onLost, onRegained } = options
  /** The end of a line that had no more room. */
  let rest = nothing
  let dropped = 0

  function writeRest(): void {
    while (rest.length > 0) rest = rest.subarray(writeTo(fd, rest))
  }

  function drop({ message }: Error): void {
    onDropped()
    if (dropped++ === 0) onLost(message)
  }

  function regain(): void {
    const count = dropped
    dropped = 0
    onRegained(count)
  }

  return {
    write(line: string): void {
      let hasBegun = false
      try {
        writeRest()
        const written = writeTo(fd, line)
        hasBegun = true
        if (written < Buffer.byteLength(line)) rest = Buffer.from(line).subarray(written)
        writeRest()
      } catch (error) {
        if (!hasBegun) drop(error as Error)
        return
      }
      if (dropped > 0) regain()
    },
  }
}
