import { expect, test } from 'vitest'
import { alternate } from './plan.ts'

test('every second round begins with the other candidate', async () => {
  const { signal } = new AbortController()
  const order: string[] = []
  const candidate = (name: string) => async () => order.push(name)
  const values = await alternate(
    { ours: candidate('ours'), floor: candidate('floor') },
    { rounds: 3, signal, quick: true },
  )
  expect(order.join(' ')).toBe('ours floor floor ours ours floor')
  expect(values).toEqual({ ours: [1, 4, 5], floor: [2, 3, 6] })
})

test('an interrupted run measures no further candidate', async () => {
  const interruption = new AbortController()
  const ours = async () => interruption.abort(new Error('Interrupted'))
  const rounds = alternate(
    { ours, floor: async () => {} },
    { rounds: 5, signal: interruption.signal, quick: true },
  )
  await expect(rounds).rejects.toThrow('Interrupted')
})

test('a warm-up counts in no round', async () => {
  const { signal } = new AbortController()
  let count = 0
  const values = await alternate({ ours: async () => ++count }, { rounds: 2, signal, quick: false })
  expect(values).toEqual({ ours: [2, 3] })
})
