export type Patience = {
  /** How long generators wait for each other; Docker may have to load the image of one first. */
  timeoutMs?: number
  say?: (line: string) => void
}

type Wait = Patience & {
  for: 'ready' | 'done'
  missing: () => string[]
  giveUp: (error: Error) => void
}

const noticeMs = 10_000

/** Says for which generators it waits, and gives up in the end; returns what stops both. */
export function limitWait(wait: Wait): () => void {
  const { for: state, missing, giveUp, timeoutMs = 120_000, say = console.log } = wait
  const names = () => `the generator ${missing().join(', ')}`
  const notice = setTimeout(
    () => say(`Not ${state} yet: ${names()}`),
    Math.min(noticeMs, timeoutMs / 2),
  )
  const limit = setTimeout(
    () => giveUp(new Error(`Not ${state} after ${timeoutMs / 1000} s: ${names()}`)),
    timeoutMs,
  )
  return () => {
    clearTimeout(notice)
    clearTimeout(limit)
  }
}
