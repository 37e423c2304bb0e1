import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase } from 'vitest/node'

/** Names the tests that passed only at their retry, and adds them to the file LOCKSTEP_RETRIED. */
export default class Retried implements Reporter {
  readonly #names: string[] = []

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky)
      this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`)
  }

  onTestRunEnd(): void {
    const { LOCKSTEP_RETRIED } = process.env
    for (const name of this.#names) {
      console.log(`passed only at its retry: ${name}`)
      if (LOCKSTEP_RETRIED) appendFileSync(LOCKSTEP_RETRIED, `${name}\n`)
    }
  }
}
