import { foreignMetrics } from '../../model/metrics.ts'
import type { Panel } from './panels.ts'
import { interval, latency, outcomes } from './queries.ts'

const report = 'job="reportservice",handler="/generate_report"'

/** Scenario 4: how much CPU, how long, and how it ends. */
export const reports: Panel[] = [
  {
    title: 'Scenario 4: CPU-Intensive task CPU usage',
    description:
      'Rises to the cores that reports may use, and stays there while more of them wait.',
    unit: 'percent',
    queries: [
      {
        expr:
          `sum(rate(${foreignMetrics.containerCpu}{name="reportservice_sync"}${interval})) * 100` +
          ` or sum(rate(${foreignMetrics.processCpu}{job="reportservice"}${interval})) * 100`,
        legend: 'reportservice',
      },
    ],
  },
  {
    title: 'Scenario 4: Report latency',
    description:
      'Of completed reports. Above their CPU time as soon as there are more of them than cores.',
    unit: 's',
    queries: latency(`${report},status="200"`, 'report'),
  },
  {
    title: 'Scenario 4: Report outcomes',
    description:
      'Answers per second by status: 499 for a client that gave up, whose report is not finished.',
    unit: 'reqps',
    queries: outcomes(report),
  },
]
