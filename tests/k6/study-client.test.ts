import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runK6, startTestLab, urlsOf } from './k6.ts'

const script = fileURLToPath(new URL('study-client.js', import.meta.url))

/** The long form: as long as the study's load, with the delays of the study. */
const isLong = process.env.LOCKSTEP_K6 === 'long'
const seconds = isLong ? 60 : 10
const studyDelays = {
  EMAIL_DELAY_MS: '500',
  PAYMENT_DELAY_MS: '2000',
  REPORT_CPU_SECONDS: '10',
  // Alone with the machine, services refuse what they refuse by default.
  LOOP_WAIT_LIMIT_MS: '',
}

type Report = {
  checks: { name: string; passes: number; fails: number }[]
  errorRate: number
  /** How many orders had not ended four seconds after their answer. */
  lateOrders: number
  /** How many answers took longer than the study's limits, which depend on the machine. */
  limits: { scenario: number; limitMs: number; slow: number; answers: number; p95: number }[]
}

test("the study's client finds every status, id and state", async () => {
  const lab = await startTestLab(isLong ? studyDelays : {}, { style: 'async' })
  const { code, output } = await runK6([...urlsOf(lab), '-e', `SECONDS=${seconds}`, script])
  const [json = output] = /\{"checks":.*\}/.exec(output) ?? []
  const { checks, errorRate, lateOrders, limits } = JSON.parse(json) as Report
  for (const { scenario, limitMs, slow, answers, p95 } of limits)
    console.log(
      `scenario ${scenario}: ${slow} of ${answers} answers took ${limitMs} ms or more, ` +
        `p95 ${p95.toFixed(1)} ms`,
    )
  console.log(`${lateOrders} orders ended later than four seconds after their answer`)
  console.log(`${checks.reduce((sum, { passes }) => sum + passes, 0)} checks passed`)
  expect(checks.filter(({ fails }) => fails > 0)).toEqual([])
  expect(checks.filter(({ passes }) => passes > 0)).toHaveLength(19)
  expect(errorRate).toBe(0)
  if (isLong) expect(lateOrders).toBe(0)
  expect(code).toBe(0)
})
