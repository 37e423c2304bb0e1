import { foreignMetrics } from '../../model/metrics.ts'
import { routes } from '../../model/routes.ts'
import type { Panel } from './panels.ts'
import { interval, latency, outcomes, routeOf } from './queries.ts'

const report = routeOf('report', routes.generateReport)

/** Scenario 4: CPU usage, latency and outcomes of reports. */
export const reports: Panel[] = [
  {
    title: 'Scenario 4: CPU-Intensive task CPU usage',
    description:
      'Rises to the cores that reports may use, and stays there while further reports wait.',
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
      'Completed reports only. Exceeds their CPU time if there are more reports than cores.',
    unit: 's',
    queries: latency(`${report},status="200"`, 'report'),
  },
  {
    title: 'Scenario 4: Report outcomes',
    description:
      'Responses per second by status: 499 is a client that disconnected, which ends its report.',
    unit: 'reqps',
    queries: outcomes(report),
  },
]
