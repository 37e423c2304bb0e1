import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase } from 'vitest/node'

/** Enough to tell what was expected: the whole error stands in the output of a test that failed. */
const longest = 400

const firstLineOf = (message: string) => `  ${message.split('\n', 1)[0]?.slice(0, longest)}\n`

/**
 * Names the tests that failed or that passed only at their retry, with their errors, and adds both
 * to the file LOCKSTEP_FAILURES.
 */
export default class Failures implements Reporter {
  #report = ''

  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result()
    if (state !== 'failed' && !test.diagnostic()?.flaky) return
    const words = state === 'failed' ? 'failed' : 'passed only at its retry'
    this.#report += `${words}: ${test.module.relativeModuleId} > ${test.fullName}\n`
    this.#report += errors.map(({ message }) => firstLineOf(message)).join('')
  }

  onTestRunEnd(): void {
    const { LOCKSTEP_FAILURES } = process.env
    process.stdout.write(this.#report)
    if (LOCKSTEP_FAILURES) appendFileSync(LOCKSTEP_FAILURES, this.#report)
  }
}
