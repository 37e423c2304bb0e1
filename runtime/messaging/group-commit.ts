import { AsyncLocalStorage } from 'node:async_hooks'

export type GroupCommitOptions<T> = {
  /** The largest number of items in one commit. */
  most?: number
  /** Commits items together, or none of them. */
  commit: (items: T[]) => Promise<void>
}

type Waiting<T> = { item: T; resolve: () => void; reject: (error: unknown) => void }

/**
 * Commits together what arrives while a commit is under way: one at a time, so that a group grows
 * with the load, and an item that comes alone waits for nobody.
 */
export function createGroupCommit<T>({ most = 500, commit }: GroupCommitOptions<T>) {
  // A commit is of many requests: in the first one, its queries would end when that client leaves,
  // and their spans would be kept for as long as there is a load.
  const outsideOfRequests = AsyncLocalStorage.snapshot()
  const waiting: Waiting<T>[] = []
  let isCommitting = false

  async function commitAll(): Promise<void> {
    isCommitting = true
    while (waiting.length > 0) {
      const group = waiting.splice(0, most)
      await commit(group.map(({ item }) => item)).then(
        () => {
          for (const { resolve } of group) resolve()
        },
        (error) => {
          for (const { reject } of group) reject(error)
        },
      )
    }
    isCommitting = false
  }

  return {
    /** Resolves when the item is durable. */
    add: (item: T): Promise<void> =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (!isCommitting) void outsideOfRequests(commitAll)
      }),
    get waiting() {
      return waiting.length
    },
  }
}
