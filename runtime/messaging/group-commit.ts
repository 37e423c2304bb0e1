import { AsyncLocalStorage } from 'node:async_hooks'
import { DatabaseUnavailableError } from '../../db/connection/unavailable.ts'

export type GroupCommitOptions<T> = {
  /** The largest number of items in one commit. */
  most?: number
  /** How long an item may wait until it is taken, in milliseconds. */
  timeoutMs: number
  /**
   * Commits what it takes, together or not at all. It takes once, as late as it can: whatever came
   * while it waited for a connection goes with it.
   */
  commit: (take: () => T[]) => Promise<void>
}

type Waiting<T> = {
  item: T
  sinceMs: number
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Commits together what arrives while a commit is under way: one at a time, so that a group grows
 * with the load, and an item that comes alone waits for nobody. One that has waited too long, for
 * commits or for their connection, is rejected: a server that hangs ends no commit.
 */
export function createGroupCommit<T>({ most = 500, timeoutMs, commit }: GroupCommitOptions<T>) {
  // A commit is of many requests: in the first one, its queries would end when that client leaves,
  // and their spans would be kept for as long as there is a load.
  const outsideOfRequests = AsyncLocalStorage.snapshot()
  const waiting: Waiting<T>[] = []
  let isCommitting = false
  let expiry: NodeJS.Timeout | undefined

  /** Those that have waited since then or for longer: the first ones. */
  function takeSince(ms: number): Waiting<T>[] {
    const others = waiting.findIndex(({ sinceMs }) => sinceMs > ms)
    return waiting.splice(0, others < 0 ? waiting.length : others)
  }

  function rejectLate(): void {
    expiry = undefined
    const error = new DatabaseUnavailableError('No messages could be stored in time')
    for (const { reject } of takeSince(performance.now() - timeoutMs)) reject(error)
    watchFirst()
  }

  /** One timer for all of them: most are taken within milliseconds. */
  function watchFirst(): void {
    const [first] = waiting
    if (!first) return
    const leftMs = first.sinceMs + timeoutMs - performance.now()
    expiry = setTimeout(rejectLate, Math.max(1, Math.ceil(leftMs)))
  }

  async function commitGroup(): Promise<void> {
    const begunMs = performance.now()
    let group: Waiting<T>[] | undefined
    const take = () => {
      group = waiting.splice(0, most)
      return group.map(({ item }) => item)
    }
    await commit(take).then(
      () => {
        for (const { resolve } of group ?? []) resolve()
      },
      (error) => {
        for (const { reject } of group ?? takeSince(begunMs)) reject(error)
      },
    )
  }

  async function commitAll(): Promise<void> {
    isCommitting = true
    while (waiting.length > 0) await commitGroup()
    isCommitting = false
  }

  return {
    /**
     * Resolves when the item is durable.
     * @throws DatabaseUnavailableError if it was not taken in time; else the error of its commit
     */
    add: (item: T): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ item, sinceMs: performance.now(), resolve, reject })
        if (!expiry) outsideOfRequests(watchFirst)
        if (!isCommitting) void outsideOfRequests(commitAll)
      }),
  }
}
