import { type Answer, type Failure, failureOf } from './failures.ts'
import { type LabSettings, type Scenario, shortestMs } from './scenario.ts'

export type Exchange = {
  sent: Record<string, unknown>
  answer: Answer
  durationMs: number
  settings: LabSettings
}

/**
 * Why an exchange failed; `undefined` if it went as designed, like the saga's 400.
 */
export function judge(
  scenario: Scenario,
  { sent, answer, durationMs, settings }: Exchange,
): Failure | undefined {
  const { status, body } = answer
  const own =
    typeof body === 'object' && body
      ? scenario.ownFailure(status, body as Record<string, unknown>)
      : undefined
  const failure = own ?? failureOf(answer, scenario.status)
  if (failure) return failure
  if (!scenario.matches(body, sent)) return 'body'
  return durationMs < shortestMs(scenario, settings) ? 'too_fast' : undefined
}
