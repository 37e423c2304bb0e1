import type { Setting } from './setting.ts'
import { maxInteger } from './setting.ts'

/** The simulated part of a scenario: its delays, its work and its outcome. */
export const scenarioSettings = {
  EMAIL_DELAY_MS: {
    kind: 'integer',
    default: 500,
    least: 0,
    most: maxInteger,
    unit: 'ms',
    help: 'how long the mail server takes',
    readBy: ['email'],
  },
  PAYMENT_DELAY_MS: {
    kind: 'integer',
    default: 2000,
    least: 0,
    most: maxInteger,
    unit: 'ms',
    help: 'how long the external payment API takes',
    readBy: ['payment'],
  },
  REPORT_CPU_SECONDS: {
    kind: 'seconds',
    default: 10,
    help: 'the work of one report, in seconds',
    readBy: ['report'],
  },
  REPORT_BUDGET: {
    kind: 'choice',
    default: 'cpu',
    choices: ['cpu', 'wall'],
    help: 'the clock of `REPORT_CPU_SECONDS`: CPU time, or `wall` time as in the study',
    readBy: ['report'],
  },
  PAYMENT_OUTCOME: {
    kind: 'choice',
    default: 'fail',
    choices: ['fail', 'succeed'],
    help: "how the saga's payment ends",
    readBy: ['order'],
  },
} as const satisfies Record<string, Setting>
