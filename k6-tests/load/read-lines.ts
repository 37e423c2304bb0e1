import { open } from 'k6/experimental/fs'

const chunkBytes = 65_536

/**
 * Opens a file of ASCII text that is too long for one string, as that of a load of hours. Call it
 * while the script is initialised.
 * @returns a function that calls back for each line; it rejects if the file cannot be read
 */
export function openLines(path: string): (onLine: (line: string) => void) => Promise<void> {
  const opening = open(path)
  return async (onLine) => {
    const file = await opening
    const chunk = new Uint8Array(chunkBytes)
    let rest = ''
    for (let count = await file.read(chunk); count; count = await file.read(chunk)) {
      const [first = '', ...others] = textOf(chunk.subarray(0, count)).split('\n')
      rest += first
      for (const line of others) {
        onLine(rest)
        rest = line
      }
    }
    if (rest) onLine(rest)
  }
}

/**
 * Of ASCII, a byte is a character. Not every k6 has `TextDecoder`, and a copy to an array takes ten
 * times as long.
 */
const textOf = (bytes: Uint8Array) =>
  String.fromCharCode.apply(undefined, bytes as unknown as number[])
