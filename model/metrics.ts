/** The metrics of every service: what prom-client needs to make them, and what a query asks for. */

type Metric = { name: string; help: string; labelNames?: readonly string[] }

/** Requests, from the arrival of their bytes to the end of their response. */
const requests = {
  requests: { name: 'http_requests_total', help: 'Total number of HTTP requests' },
  requestDuration: {
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds, from the arrival of their bytes',
    labelNames: ['method', 'status', 'ok', 'route', 'handler'],
  },
  requestsInProgress: {
    name: 'http_requests_in_progress',
    help: 'Requests being answered, those in the queue included',
    labelNames: ['method'],
  },
  bodyRefusals: {
    name: 'body_refusals_total',
    help: 'Requests whose body was not received',
    labelNames: ['reason'],
  },
  bodyBuffer: {
    name: 'body_buffer_bytes',
    help: 'Memory that the bodies of requests in progress take, those that are still arriving included',
  },
  bodyBufferLimit: {
    name: 'body_buffer_limit_bytes',
    help: 'Memory that the bodies of requests in progress may take',
  },
} as const

/** What a request waits for before its function begins: the event loop, then a slot. */
const admission = {
  loopWait: {
    name: 'loop_wait_seconds',
    help: 'Time from the arrival of a request until the event loop began it',
  },
  loopQueue: { name: 'loop_queue_length', help: 'Requests read that wait for the event loop' },
  loopWaitEstimate: {
    name: 'loop_wait_estimate_seconds',
    help: 'How long a request that is read now would wait for the event loop',
  },
  loopWaitLimit: {
    name: 'loop_wait_limit_seconds',
    help: 'Longest wait for the event loop before a request is refused; 0 where there is no limit',
  },
  loopDelay: {
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop is for a timer that is due every 20 ms',
  },
  slotsInUse: { name: 'slots_in_use', help: 'Requests being worked on' },
  slotsLimit: { name: 'slots_limit', help: 'Requests that may be worked on at once' },
  slotQueue: { name: 'slot_queue_length', help: 'Requests waiting for a slot' },
  slotQueueLimit: { name: 'slot_queue_limit', help: 'Requests that may wait for a slot' },
  slotWait: { name: 'slot_wait_seconds', help: 'Time from the whole request to its slot' },
  slotWaitEstimate: {
    name: 'slot_wait_estimate_seconds',
    help: 'How long a request that arrives now would wait',
  },
  slotRefusals: {
    name: 'slot_refusals_total',
    help: 'Requests that got no slot',
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
    help: 'Calls to other services being waited for',
    labelNames: ['target'],
  },
  poolWait: {
    name: 'db_pool_wait_seconds',
    help: 'Time that a query waited for its connection',
  },
  poolInUse: { name: 'db_pool_connections_in_use', help: 'Connections that a query holds' },
  poolIdle: { name: 'db_pool_connections_idle', help: 'Open connections that nobody holds' },
  poolLimit: { name: 'db_pool_connections_limit', help: 'Connections that may be open' },
  poolWaiting: { name: 'db_pool_waiting', help: 'Queries waiting for a connection' },
} as const

/** What recovery and pruning did. */
const upkeep = {
  sagasRecovered: {
    name: 'sagas_recovered_total',
    help: 'Orders that were left unfinished and that this instance has brought to their end',
  },
  sagasOwed: {
    name: 'sagas_owed',
    help: 'Orders left unfinished whose compensation is not confirmed yet, as the last round found them',
  },
  prunedRows: {
    name: 'pruned_rows_total',
    help: 'Rows that were deleted by this instance because they were older than RETENTION_HOURS',
    labelNames: ['table'],
  },
} as const

/** The conditions of a measurement. */
const conditions = {
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
  labInfo: { name: 'lab_info', help: 'What runs here, and on what machine; always 1' },
  faultsInjected: {
    name: 'faults_injected_total',
    help: 'Requests that were made slow or failed, and times that connections were refused, on purpose',
    labelNames: ['kind'],
  },
  faultActive: {
    name: 'fault_active',
    help: 'Whether something goes wrong on purpose just now',
    labelNames: ['kind'],
  },
} as const

export const metrics = {
  ...requests,
  ...admission,
  ...work,
  ...upkeep,
  ...conditions,
} as const satisfies Record<string, Metric>

/** Metrics under the names that prom-client, Prometheus itself and cAdvisor give them. */
export const foreignMetrics = {
  processCpu: 'process_cpu_seconds_total',
  processMemory: 'process_resident_memory_bytes',
  up: 'up',
  alerts: 'ALERTS',
  containerCpu: 'container_cpu_usage_seconds_total',
  containerMemory: 'container_memory_usage_bytes',
} as const
