import { containerPort, functionNames, services } from '../model/services.ts'

/** A Prometheus job for each service, with its scenarios. */
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
