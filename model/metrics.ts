/** The metrics of every service: names and labels for queries, help texts for prom-client. */
import { messageMetrics } from './message-metrics.ts'

type Metric = { name: string; help: string; labelNames?: readonly string[] }

/** Requests, from the arrival of their bytes to the end of their response. */
const requests = {
  requests: { name: 'http_requests_total', help: 'Total number of HTTP requests' },
  requestDuration: {
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds, from the arrival of their bytes',
    labelNames: ['method', 'status', 'ok', 'route', 'handler', 'via'],
  },
  requestsInProgress: {
    name: 'http_requests_in_progress',
    help: 'Requests in progress, including queued ones',
    labelNames: ['method'],
  },
  bodyRefusals: {
    name: 'body_refusals_total',
    help: 'Requests refused before their body was complete',
    labelNames: ['reason'],
  },
  bodyBuffer: {
    name: 'body_buffer_bytes',
    help: 'Memory of the bodies of requests in progress, including bodies that are still arriving',
  },
  bodyBufferLimit: {
    name: 'body_buffer_limit_bytes',
    help: 'Limit of the memory for bodies of requests in progress',
  },
} as const

/** What a request waits for before its function begins: the event loop, then a slot. */
const admission = {
  loopWait: {
    name: 'loop_wait_seconds',
    help: 'Time from the arrival of a request until the event loop begins it',
  },
  loopQueue: { name: 'loop_queue_length', help: 'Requests that wait for the event loop' },
  loopWaitEstimate: {
    name: 'loop_wait_estimate_seconds',
    help: 'How long a request that arrives now would wait for the event loop',
  },
  loopWaitLimit: {
    name: 'loop_wait_limit_seconds',
    help: 'Longest wait for the event loop before a request is refused; 0 is no limit',
  },
  loopDelay: {
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop runs a timer: every 100 ms under load, every second at rest',
  },
  slotsInUse: { name: 'slots_in_use', help: 'Requests that hold a slot' },
  slotsLimit: { name: 'slots_limit', help: 'Number of slots' },
  slotQueue: { name: 'slot_queue_length', help: 'Requests waiting for a slot' },
  slotQueueLimit: { name: 'slot_queue_limit', help: 'Requests that may wait for a slot' },
  slotWait: {
    name: 'slot_wait_seconds',
    help: 'Time from the complete arrival of a request to its slot',
  },
  slotWaitEstimate: {
    name: 'slot_wait_estimate_seconds',
    help: 'How long a request that arrives now would wait for a slot',
  },
  slotRefusals: {
    name: 'slot_refusals_total',
    help: 'Requests refused by admission',
    labelNames: ['reason'],
  },
} as const

/** What a function waits for: other services and the database. */
const work = {
  callDuration: {
    name: 'outgoing_call_duration_seconds',
    help: 'Duration of calls to other services',
    labelNames: ['target', 'outcome'],
  },
  callsInProgress: {
    name: 'outgoing_calls_in_progress',
    help: 'Calls to other services in progress',
    labelNames: ['target'],
  },
  poolWait: {
    name: 'db_pool_wait_seconds',
    help: 'Time that a query waits for its connection',
  },
  poolInUse: { name: 'db_pool_connections_in_use', help: 'Connections in use' },
  poolIdle: { name: 'db_pool_connections_idle', help: 'Open connections that are not in use' },
  poolLimit: { name: 'db_pool_connections_limit', help: 'Limit of connections' },
  poolWaiting: { name: 'db_pool_waiting', help: 'Queries waiting for a connection' },
} as const

/** Recovery and pruning. */
const upkeep = {
  sagasRecovered: {
    name: 'sagas_recovered_total',
    help: 'Unfinished orders that this instance has ended',
  },
  sagasOwed: {
    name: 'sagas_owed',
    help: 'Unfinished orders with an outstanding compensation, as of the last round',
  },
  prunedRows: {
    name: 'pruned_rows_total',
    help: 'Rows older than RETENTION_HOURS that this instance has deleted',
    labelNames: ['table'],
  },
} as const

/** What is missing in what a service tells of itself. */
const losses = {
  logLinesDropped: {
    name: 'log_lines_dropped_total',
    help: 'Log lines that could not be written, as on a full disk',
  },
  spansDropped: {
    name: 'spans_dropped_total',
    help: 'Spans that did not arrive at the collector',
    labelNames: ['reason'],
  },
} as const

/** The conditions of a measurement. */
const conditions = {
  coreWait: {
    name: 'process_core_wait_seconds_total',
    help: 'Time that threads of this process were ready to run and waited for a core',
  },
  setting: {
    name: 'lab_setting',
    help: 'A setting of this container, under the name of its environment variable',
    labelNames: ['name'],
  },
  settingInfo: {
    name: 'lab_setting_info',
    help: 'A setting of this container that is a word; always 1',
    labelNames: ['name', 'value'],
  },
  labInfo: { name: 'lab_info', help: 'Version, runtime and machine; always 1' },
  faultsInjected: {
    name: 'faults_injected_total',
    help: 'Injected faults: slow and failed requests, and refused connections',
    labelNames: ['kind'],
  },
  faultActive: {
    name: 'fault_active',
    help: 'Whether an injected fault is active',
    labelNames: ['kind'],
  },
} as const

export const metrics = {
  ...requests,
  ...admission,
  ...work,
  ...upkeep,
  ...messageMetrics,
  ...losses,
  ...conditions,
} as const satisfies Record<string, Metric>

/** RabbitMQ's own, of all its queues together: https://www.rabbitmq.com/docs/prometheus */
const rabbitmqMetrics = {
  rabbitmqReady: 'rabbitmq_queue_messages_ready',
  rabbitmqUnacknowledged: 'rabbitmq_queue_messages_unacked',
  rabbitmqPublished: 'rabbitmq_global_messages_received_confirm_total',
  rabbitmqConfirmed: 'rabbitmq_global_messages_confirmed_total',
  rabbitmqDelivered: 'rabbitmq_global_messages_delivered_consume_manual_ack_total',
  rabbitmqAcknowledged: 'rabbitmq_global_messages_acknowledged_total',
  rabbitmqRedelivered: 'rabbitmq_global_messages_redelivered_total',
} as const

/** Metrics under the names that prom-client, Prometheus itself and cAdvisor give them. */
export const foreignMetrics = {
  processCpu: 'process_cpu_seconds_total',
  processStart: 'process_start_time_seconds',
  processMemory: 'process_resident_memory_bytes',
  up: 'up',
  alerts: 'ALERTS',
  containerCpu: 'container_cpu_usage_seconds_total',
  containerMemory: 'container_memory_usage_bytes',
  ...rabbitmqMetrics,
} as const
