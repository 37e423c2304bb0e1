/** The time of a report of scenario 4, and its clock. */
import type { Load } from './environment.ts'
import type { LabDescription } from './lab.ts'

type Lab = Pick<LabDescription, 'settings' | 'choices'>

const reportOf = ({ settings, choices }: Lab) => ({
  budget: choices.report?.REPORT_BUDGET,
  seconds: settings.report?.REPORT_CPU_SECONDS,
  workers: settings.report?.REPORT_WORKERS,
})

/** The budget of reports in a sentence; nothing if the lab does not show it. */
export function describeBudget(lab: Lab): string | undefined {
  const { budget, seconds } = reportOf(lab)
  if (budget === 'wall')
    return `Reports end ${seconds} s after they arrive (REPORT_BUDGET=wall, as in the study).`
  return budget && `Reports take ${seconds} s of CPU time (REPORT_BUDGET=${budget}).`
}

/**
 * The hint that reports are slow because they outnumber the workers; `undefined` if they do not.
 */
export function whySlow(lab: Lab, { reportUsers }: Load): string | undefined {
  const { budget, seconds, workers } = reportOf(lab)
  if (budget !== 'cpu' || !workers || reportUsers <= workers) return undefined
  return (
    `  4 report: ${reportUsers} users share ${workers} workers, ` +
    `at ${seconds} s of CPU time each; ` +
    'with REPORT_BUDGET=wall a report ends by the clock'
  )
}
