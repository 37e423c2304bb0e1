import { metrics } from '../../model/metrics.ts'
import type { Panel } from './panels.ts'
import { errorRatio, quantile, quantileOf, rate, served } from './queries.ts'

/** Rate, errors and latency of each service. */
export const services: Panel[] = [
  {
    title: 'Request Rate per Service (RPS)',
    description: 'Responses per second.',
    unit: 'reqps',
    queries: [{ expr: rate('', ' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'Error Rate per Service (HTTP 5xx)',
    description:
      'Share of responses with a 5xx status: a 503 is a refusal, because no slot or ' +
      'connection was free.',
    unit: 'percentunit',
    max: 1,
    queries: [{ expr: errorRatio(' by (job) '), legend: '{{job}}' }],
  },
  {
    title: 'P95 Latency per Service',
    description:
      '95 % of the served requests (2xx, 400) took at most this long. The axis is ' +
      'logarithmic, because services wait for different things.',
    unit: 's',
    scale: 'log',
    queries: [{ expr: quantile(0.95, served, '(job, le)'), legend: '{{job}}' }],
  },
  {
    title: 'Event-loop delay per service (p99)',
    description:
      'How late the one thread of a service runs its work. Neither slots nor the queue for ' +
      'them show this wait.',
    unit: 's',
    scale: 'log',
    queries: [
      {
        expr: quantileOf(0.99, `${metrics.loopDelay.name}_bucket`, '(job, le)'),
        legend: '{{job}}',
      },
    ],
  },
]
