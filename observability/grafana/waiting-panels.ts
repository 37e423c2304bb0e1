import type { Panel } from './panels.ts'
import { interval, limits, mean } from './queries.ts'

/** What waits for what: slots, queue, pool, calls, and who got none. */
export const waiting: Panel[] = [
  {
    title: 'Slots in use',
    description: 'Requests that a service works on. At the limit (CONCURRENCY) the next one waits.',
    unit: 'short',
    queries: [{ expr: 'sum by (job) (slots_in_use)', legend: '{{job}}' }, ...limits('slots_limit')],
  },
  {
    title: 'Queue for a slot',
    description:
      'Requests that wait for a slot. At the limit (QUEUE_LIMIT) the next one is refused with 503. The axis is logarithmic above 1.',
    unit: 'short',
    scale: 'symlog',
    queries: [
      { expr: 'sum by (job) (slot_queue_length)', legend: '{{job}}' },
      ...limits('slot_queue_limit'),
    ],
  },
  {
    title: 'Refusals by reason',
    description: 'Requests that got no slot, per second.',
    unit: 'ops',
    queries: [
      {
        expr: `sum by (reason) (rate(slot_refusals_total${interval}))`,
        legend: '{{reason}}',
      },
    ],
  },
  {
    title: 'Mean wait for a slot',
    description: 'Of the requests that got one. It is part of the latency that a client sees.',
    unit: 's',
    queries: [{ expr: mean('slot_wait_seconds', '', '(job)'), legend: '{{job}}' }],
  },
  {
    title: 'Queue for the event loop',
    description: 'Requests that were read and that the event loop has not got to yet.',
    unit: 'short',
    scale: 'symlog',
    queries: [{ expr: 'sum by (job) (loop_queue_length)', legend: '{{job}}' }],
  },
  {
    title: 'Mean wait for the event loop',
    description:
      'From the arrival of a request. One that would wait longer than the limit (LOOP_WAIT_LIMIT_MS) is refused with 503.',
    unit: 's',
    scale: 'log',
    queries: [
      { expr: mean('loop_wait_seconds', '', '(job)'), legend: '{{job}}' },
      {
        expr: 'max(loop_wait_limit_seconds) > 0',
        legend: 'limit',
        limit: true,
        optional: true,
      },
    ],
  },
  {
    title: 'Database pool: in use and waiting',
    description: 'Connections in use, and queries that wait for one. The limit is DB_POOL_MAX.',
    unit: 'short',
    queries: [
      { expr: 'sum by (job) (db_pool_connections_in_use)', legend: '{{job}} in use' },
      { expr: 'sum by (job) (db_pool_waiting)', legend: '{{job}} waiting' },
      ...limits('db_pool_connections_limit'),
    ],
  },
  {
    title: 'Time spent waiting for each downstream service',
    description:
      'Seconds of waiting per second: at 5, five requests at a time do nothing but wait for that service.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (job, target) (rate(outgoing_call_duration_seconds_sum${interval}))`,
        legend: '{{job}} → {{target}}',
      },
    ],
  },
]
