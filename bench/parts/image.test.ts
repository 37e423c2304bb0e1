import { expect, test } from 'vitest'
import { contextOf } from './image.ts'

test('the context holds what is not ignored', () => {
  expect(contextOf('# all but\n*\n!package.json\n!functions\n**/*.test.ts\n')).toEqual([
    'package.json',
    'functions',
  ])
})
