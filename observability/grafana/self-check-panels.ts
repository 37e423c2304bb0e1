import { metrics } from '../../model/metrics.ts'
import type { Panel } from './panel.ts'
import { interval } from './queries.ts'

/** Whether the logs and the traces are complete. */
export const selfCheck: Panel[] = [
  {
    title: 'Dropped log lines',
    description: 'Lines per second that could not be written: see whether the disk is full.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (job) (rate(${metrics.logLinesDropped.name}${interval}))`,
        legend: '{{job}}',
      },
    ],
  },
  {
    title: 'Dropped spans by reason',
    description:
      'Spans per second that did not arrive at the collector. The logs of the services name it, ' +
      'and say more.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (reason) (rate(${metrics.spansDropped.name}${interval}))`,
        legend: '{{reason}}',
      },
    ],
  },
]
