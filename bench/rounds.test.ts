import { expect, test } from 'vitest'
import { alternate } from './rounds.ts'

test('every second round begins with the other side', async () => {
  const order: string[] = []
  const side = (name: string) => async () => order.push(name)
  const values = await alternate({ ours: side('ours'), floor: side('floor') }, 3)
  expect(order.join(' ')).toBe('ours floor floor ours ours floor')
  expect(values).toEqual({ ours: [1, 4, 5], floor: [2, 3, 6] })
})
