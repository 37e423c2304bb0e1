import { metrics } from '../../model/metrics.ts'
import type { Panel } from './panel.ts'
import { interval, limits, mean } from './queries.ts'

/** What waits for what: slots, queues and pool, and the requests that were refused. */
export const waiting: Panel[] = [
  {
    title: 'Slots in use',
    description:
      'Requests that a service works on. At the limit (CONCURRENCY), the next one waits.',
    unit: 'short',
    queries: [
      { expr: `sum by (job) (${metrics.slotsInUse.name})`, legend: '{{job}}' },
      ...limits(metrics.slotsLimit.name),
    ],
  },
  {
    title: 'Queue for a slot',
    description:
      'Requests that wait for a slot. At the limit (QUEUE_LIMIT), the next one is refused ' +
      'with 503. The axis is logarithmic above 1.',
    unit: 'short',
    scale: 'symlog',
    queries: [
      { expr: `sum by (job) (${metrics.slotQueue.name})`, legend: '{{job}}' },
      ...limits(metrics.slotQueueLimit.name),
    ],
  },
  {
    title: 'Refusals by reason',
    description: 'Requests that were refused, per second.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (reason) (rate(${metrics.slotRefusals.name}${interval}))`,
        legend: '{{reason}}',
      },
    ],
  },
  {
    title: 'Mean wait for a slot',
    description: 'Admitted requests only. This wait is part of the latency that a client sees.',
    unit: 's',
    queries: [{ expr: mean(metrics.slotWait.name, '', '(job)'), legend: '{{job}}' }],
  },
  {
    title: 'Queue for the event loop',
    description: 'Requests that have arrived, but that the event loop has not processed yet.',
    unit: 'short',
    scale: 'symlog',
    queries: [{ expr: `sum by (job) (${metrics.loopQueue.name})`, legend: '{{job}}' }],
  },
  {
    title: 'Mean wait for the event loop',
    description:
      'Counted from the arrival of a request. One that would wait longer than the limit ' +
      '(LOOP_WAIT_LIMIT_MS) is refused with 503.',
    unit: 's',
    scale: 'log',
    queries: [
      { expr: mean(metrics.loopWait.name, '', '(job)'), legend: '{{job}}' },
      {
        expr: `max(${metrics.loopWaitLimit.name}) > 0`,
        legend: 'limit',
        limit: true,
        optional: true,
      },
    ],
  },
  {
    title: 'Database pool: in use and waiting',
    description:
      'Connections in use, and queries that wait for a connection. The limit is DB_POOL_MAX.',
    unit: 'short',
    queries: [
      { expr: `sum by (job) (${metrics.poolInUse.name})`, legend: '{{job}} in use' },
      { expr: `sum by (job) (${metrics.poolWaiting.name})`, legend: '{{job}} waiting' },
      ...limits(metrics.poolLimit.name),
    ],
  },
]

/** Calls of services to each other. */
export const calls: Panel[] = [
  {
    title: 'Time spent waiting for each downstream service',
    description:
      'Seconds of waiting per second: at 5, five requests at a time only wait for that service.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (job, target) (rate(${metrics.callDuration.name}_sum${interval}))`,
        legend: '{{job}} → {{target}}',
      },
    ],
  },
]

/** Threads that wait for a core: consumers and what is accepted share the machine. */
export const cores: Panel[] = [
  {
    title: 'Wait for a core per service',
    description:
      'Seconds of waiting per second: threads that were ready to run, while others had the cores.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (job) (rate(${metrics.coreWait.name}${interval}))`,
        legend: '{{job}}',
        optional: true,
      },
    ],
  },
]
