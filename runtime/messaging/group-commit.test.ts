import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { DatabaseUnavailableError } from '../../db/connection/unavailable.ts'
import { createGroupCommit } from './group-commit.ts'

const timeoutMs = 1000

afterEach(() => void vi.useRealTimers())

/** Commits that the test ends. */
function createCommits() {
  const groups: number[][] = []
  const ends: PromiseWithResolvers<void>[] = []
  const commit = (take: () => number[]) => {
    groups.push(take())
    const end = Promise.withResolvers<void>()
    ends.push(end)
    return end.promise
  }
  return { groups, ends, commit }
}

test('what comes during a commit is committed together', async () => {
  const { groups, ends, commit } = createCommits()
  const { add } = createGroupCommit({ commit, timeoutMs, most: 2 })
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
  const { add } = createGroupCommit({ commit, timeoutMs })
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
    timeoutMs,
    async commit(take: () => number[]) {
      seen.push(storage.getStore())
      take()
    },
  })
  await storage.run('first', () => Promise.all([add(1), add(2)]))
  expect(seen).toEqual([undefined, undefined])
})

test('no item waits longer than its time for a commit', async () => {
  vi.useFakeTimers()
  const { groups, commit } = createCommits()
  const { add } = createGroupCommit({ commit, timeoutMs })
  const ended: number[] = []
  const wait = (item: number) =>
    add(item).catch(
      (error) => ended.push(item) && expect(error).instanceof(DatabaseUnavailableError),
    )
  void wait(1)
  await vi.advanceTimersByTimeAsync(400)
  void wait(2)
  await vi.advanceTimersByTimeAsync(400)
  void wait(3)
  await vi.advanceTimersByTimeAsync(599)
  expect(ended).toEqual([])
  await vi.advanceTimersByTimeAsync(2)
  expect(ended).toEqual([2])
  await vi.advanceTimersByTimeAsync(400)
  expect(ended).toEqual([2, 3])
  // Taken by a commit that hangs: its end is not known.
  expect(groups).toEqual([[1]])
})

test('what comes while a connection is waited for goes with the commit', async () => {
  const connection = Promise.withResolvers<void>()
  const groups: number[][] = []
  const { add } = createGroupCommit({
    timeoutMs,
    async commit(take: () => number[]) {
      await connection.promise
      groups.push(take())
    },
  })
  const added = [1, 2, 3].map(add)
  connection.resolve()
  await Promise.all(added)
  expect(groups).toEqual([[1, 2, 3]])
})

test('a failed wait for a connection rejects those that waited for it', async () => {
  vi.useFakeTimers()
  const connections: PromiseWithResolvers<void>[] = []
  const { add } = createGroupCommit({
    timeoutMs,
    async commit(take: () => number[]) {
      const connection = Promise.withResolvers<void>()
      connections.push(connection)
      await connection.promise
      take()
    },
  })
  const first = add(1)
  vi.advanceTimersByTime(1)
  const second = add(2)
  connections[0]?.reject(new Error('refused'))
  await expect(first).rejects.toThrow('refused')
  await turn()
  connections[1]?.resolve()
  await second
})
