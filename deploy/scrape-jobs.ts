/** The scrape jobs of Prometheus. */
import { containerPort, functionNames, services } from '../model/services.ts'
import { type Style, type StyleName, styles } from '../model/styles.ts'

/** In compose: a job for each service, with its scenarios. */
export const scrapeJobs = (): string =>
  functionNames
    .map((name) => {
      const { name: service, scenarios } = services[name]
      return [
        `- job_name: ${service}`,
        '  static_configs:',
        `    - targets: ['${service}:${containerPort}']`,
        `      labels: { service: ${service}, scenario: '${scenarios.join(',')}' }`,
      ].join('\n')
    })
    .join('\n\n')

const swarmJob = (service: string, scenarios: readonly number[]) => ({
  job_name: service,
  dns_sd_configs: [
    { names: [`tasks.${service}`], type: 'A', port: containerPort, refresh_interval: '5s' },
  ],
  relabel_configs: [
    { target_label: 'service', replacement: service },
    { target_label: 'scenario', replacement: scenarios.join(',') },
  ],
})

const cadvisor = ({ suffix }: Style) => ({
  job_name: 'cadvisor',
  dns_sd_configs: [{ names: ['tasks.cadvisor'], type: 'A', port: 8080, refresh_interval: '5s' }],
  // A container is stack_service.slot.task; panels ask for service_sync, and add up its replicas.
  metric_relabel_configs: [
    {
      source_labels: ['name'],
      regex: '[^_]+_([a-z]+)\\.\\d+\\..+',
      target_label: 'name',
      replacement: `\${1}${suffix}`,
    },
  ],
})

// It has no replica while messages wait in PostgreSQL.
const rabbitmq = {
  job_name: 'rabbitmq',
  dns_sd_configs: [{ names: ['tasks.rabbitmq'], type: 'A', port: 15_692, refresh_interval: '15s' }],
}

/** The configuration of Prometheus in a swarm: DNS answers with the address of every replica. */
export const swarmPrometheus = (style: StyleName = 'sync') => ({
  global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
  rule_files: ['/etc/prometheus/rules/*.yml'],
  scrape_configs: [
    ...functionNames.map((name) => swarmJob(services[name].name, services[name].scenarios)),
    cadvisor(styles[style]),
    ...(style === 'async' ? [rabbitmq] : []),
  ],
})
