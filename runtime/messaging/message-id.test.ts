import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOfText, newMessageId } from './message-id.ts'

test('ids are UUIDs of version 7, and in the order of their times', () => {
  const ids = [1, 2, 1_700_000_000_000].map((ms) => newMessageId(ms))
  for (const id of ids) expect(z.uuid({ version: 'v7' }).safeParse(id).success).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(newMessageId(1)).not.toBe(newMessageId(1))
})

test('the same text in the same queue has the same id', () => {
  const id = idOfText('one', 'text')
  expect(z.uuid({ version: 'v8' }).safeParse(id).success).toBe(true)
  expect(idOfText('one', 'text')).toBe(id)
  expect(idOfText('one', 'other')).not.toBe(id)
  expect(idOfText('other', 'text')).not.toBe(id)
})
