import { execFile } from 'node:child_process'
import { setImmediate as turn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createLogDestination } from './log-destination.ts'

const run = promisify(execFile)

/** A logger, and what it has written so far. */
function openLogger() {
  const writes: string[] = []
  const destination = createLogDestination({ write: (lines) => writes.push(lines) })
  return { logger: pino({ base: null, timestamp: false }, destination), writes }
}

test('the lines of one turn are written together at its end', async () => {
  const { logger, writes } = openLogger()
  logger.info('first')
  logger.info('second')
  expect(writes).toEqual([])
  await turn()
  expect(writes).toEqual(['{"level":30,"msg":"first"}\n{"level":30,"msg":"second"}\n'])
})

test('each turn with a line has a write', async () => {
  const { logger, writes } = openLogger()
  logger.info('first')
  await turn()
  await turn()
  logger.info('second')
  await turn()
  expect(writes).toHaveLength(2)
})

test('a fatal line is written at once with the lines before it', () => {
  const { logger, writes } = openLogger()
  logger.info('before')
  logger.fatal('the end')
  expect(writes).toEqual([expect.stringMatching(/before.*\n.*the end/)])
})

test.each([
  ['an exit', 'process.exit(1)'],
  ['an uncaught error', 'throw new Error()'],
])('the lines before %s are written', async (_, ending) => {
  const module = new URL('log-destination.ts', import.meta.url).href
  const script = `
    import { createLogDestination } from '${module}'
    createLogDestination().write('last words\\n')
    ${ending}
  `
  const ended = run(process.execPath, ['--input-type=module', '--eval', script])
  await expect(ended).rejects.toMatchObject({ code: 1, stdout: 'last words\n' })
})
