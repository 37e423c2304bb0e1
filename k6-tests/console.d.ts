/** Writes a line to k6's console, which `--console-output` sends to a file. */
declare const console: { log: (line: string) => void }
