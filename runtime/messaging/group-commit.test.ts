import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createGroupCommit } from './group-commit.ts'

/** Commits that the test ends. */
function createCommits() {
  const groups: number[][] = []
  const ends: PromiseWithResolvers<void>[] = []
  const commit = (items: number[]) => {
    groups.push(items)
    const end = Promise.withResolvers<void>()
    ends.push(end)
    return end.promise
  }
  return { groups, ends, commit }
}

test('what comes during a commit is committed together', async () => {
  const { groups, ends, commit } = createCommits()
  const { add } = createGroupCommit({ commit, most: 2 })
  const added = [1, 2, 3, 4].map(add)
  expect(groups).toEqual([[1]])
  ends[0]?.resolve()
  await added[0]
  await turn()
  expect(groups).toEqual([[1], [2, 3]])
  ends[1]?.resolve()
  await Promise.all([added[1], added[2]])
  await turn()
  expect(groups).toEqual([[1], [2, 3], [4]])
})

test('a commit that fails rejects its items only', async () => {
  const { groups, ends, commit } = createCommits()
  const { add } = createGroupCommit({ commit })
  const [first, second] = [add(1), add(2)]
  ends[0]?.reject(new Error('no room'))
  await expect(first).rejects.toThrow('no room')
  await turn()
  expect(groups).toEqual([[1], [2]])
  ends[1]?.resolve()
  await second
})

test('commits are part of no request, not even of the first', async () => {
  const storage = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const { add } = createGroupCommit({
    async commit() {
      seen.push(storage.getStore())
    },
  })
  await storage.run('first', () => Promise.all([add(1), add(2)]))
  expect(seen).toEqual([undefined, undefined])
})
