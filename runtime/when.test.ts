import { expect, test } from 'vitest'
import { ending, settled, when } from './when.ts'

const fail = () => {
  throw new Error('wrong')
}

test('work that need not wait is done at once', () => {
  expect(when(1, (value) => value + 1)).toBe(2)
  expect(settled(fail, ({ message }) => message, String)).toBe('wrong')
})

test('work that waits is gone on with later', async () => {
  const later = when(Promise.resolve(1), (value) => value + 1)
  expect(later).toBeInstanceOf(Promise)
  expect(await later).toBe(2)
  expect(
    await settled(
      async () => fail(),
      ({ message }) => message,
      String,
    ),
  ).toBe('wrong')
})

test('work ends once, whether it fails or not', async () => {
  const ends: string[] = []
  const end = (name: string) => () => void ends.push(name)
  expect(ending(() => 1, end('done'))).toBe(1)
  expect(() => ending(fail, end('failed'))).toThrow('wrong')
  await expect(ending(async () => fail(), end('failed later'))).rejects.toThrow('wrong')
  expect(ends).toEqual(['done', 'failed', 'failed later'])
})
