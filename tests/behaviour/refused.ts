/** Programs that end because they cannot use what they are given, and what they say of it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { provideBundle } from '../../local/bundle/bundle.ts'
import { serviceRuntime } from '../setup/runtime.ts'

type Ended = { code: number; stdout: string; stderr: string }

/** Runs a program that should refuse what it is given; the limit is shorter than that of a start. */
export async function refuse(
  program: string,
  args: string[],
  environment: object,
  runtime = process.execPath,
): Promise<string> {
  const { code, stdout, stderr } = await promisify(execFile)(runtime, [program, ...args], {
    env: { ...process.env, ...environment },
    timeout: 50_000,
  }).then(
    () => expect.fail(`${program} takes it`),
    (error: Ended) => error,
  )
  expect(stdout + stderr).not.toMatch(/\n\s+at /)
  expect([1, 2]).toContain(code)
  return stdout + stderr
}

/** Runs a service that should refuse its settings. */
export const refuseService = async (settings: object): Promise<string> =>
  refuse((await provideBundle()).entry, [], settings, await serviceRuntime())

/** The last message of a service: its fatal line, or the variable that it names. */
export function lastWord(output: string): string {
  const last = output.trim().split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) return last
  const { level, msg } = JSON.parse(last) as { level: string; msg: string }
  expect(level).toBe('fatal')
  return msg
}
