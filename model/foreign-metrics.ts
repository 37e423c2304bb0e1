/** Metrics under the names that prom-client, Prometheus itself and cAdvisor give them. */
export const foreignMetrics = {
  processCpu: 'process_cpu_seconds_total',
  processMemory: 'process_resident_memory_bytes',
  up: 'up',
  alerts: 'ALERTS',
  containerCpu: 'container_cpu_usage_seconds_total',
  containerMemory: 'container_memory_usage_bytes',
} as const
