import { expect, test } from 'vitest'
import { execute, outputOf, TimeLimitError } from './execute.ts'

const node = process.execPath
const hang = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"

test('a program that hangs is named and ended', async () => {
  const failure = await execute(node, ['-e', hang], { limitMs: 300 }).catch((error) => error)
  expect(failure).toBeInstanceOf(TimeLimitError)
  expect(failure.message).toBe(`"${node} -e ${hang}" has not ended after 0.3 s`)
})

test('the output of a program is known unless it fails', async () => {
  expect(await outputOf(node, ['-p', '6 * 7'])).toBe('42')
  expect(await outputOf(node, ['-e', 'process.exit(1)'])).toBeUndefined()
  expect(await outputOf('no-such-program', [])).toBeUndefined()
})
