import { expect, test } from 'vitest'
import { alternate } from './rounds.ts'

test('every second round begins with the other side', async () => {
  const { signal } = new AbortController()
  const order: string[] = []
  const side = (name: string) => async () => order.push(name)
  const values = await alternate(
    { ours: side('ours'), floor: side('floor') },
    { rounds: 3, signal },
  )
  expect(order.join(' ')).toBe('ours floor floor ours ours floor')
  expect(values).toEqual({ ours: [1, 4, 5], floor: [2, 3, 6] })
})

test('an interrupted run measures no further side', async () => {
  const interruption = new AbortController()
  const ours = async () => interruption.abort(new Error('Interrupted'))
  const rounds = alternate(
    { ours, floor: async () => {} },
    { rounds: 5, signal: interruption.signal },
  )
  await expect(rounds).rejects.toThrow('Interrupted')
})
