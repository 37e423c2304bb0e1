/** The files of the swarm, which follow from the model and from docker-compose-sync.yml. */
import { stringify } from 'yaml'
import { functionNames, services } from '../../model/services.ts'
import { swarmPrometheus } from '../scrape-jobs.ts'
import { haproxyConfig } from './haproxy.ts'
import { cadvisor, entrance, grafana, postgres, prometheus, swarmFunction } from './services.ts'

const note = '# generated from model/ and docker-compose-sync.yml by npm run generate\n'

const print = (content: object) =>
  note + stringify(content, { aliasDuplicateObjects: false, lineWidth: 0 })

const observability = '../observability'

const configs = {
  entrance: 'swarm/haproxy.cfg',
  prometheus: 'swarm/prometheus.yml',
  alerts: `${observability}/prometheus/rules/alerts.yml`,
  recording: `${observability}/prometheus/rules/recording.yml`,
  dashboard: `${observability}/grafana/dashboards/synchronous-microservices.json`,
  dashboards: `${observability}/grafana/provisioning/dashboards/lockstep.yml`,
  datasources: `${observability}/grafana/provisioning/datasources/prometheus.yml`,
}

const volumes = ['postgres_data', 'postgres_socket', 'prometheus_data', 'grafana_data']

const stack = () => ({
  version: '3.9',
  services: {
    ...Object.fromEntries(functionNames.map((name) => [services[name].name, swarmFunction(name)])),
    postgres: postgres(),
    entrance: entrance(),
    prometheus: prometheus(),
    grafana: grafana(),
    cadvisor: cadvisor(),
  },
  configs: Object.fromEntries(
    Object.entries(configs).map(([name, file]) => [name, { file: `./${file}` }]),
  ),
  // Attachable, for clients in containers of their own.
  networks: { default: { driver: 'overlay', attachable: true } },
  volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
})

/** Their texts by path under deploy/. */
export const swarmFiles: Record<string, () => string> = {
  'swarm.yml': () => print(stack()),
  'swarm/haproxy.cfg': () => note + haproxyConfig(),
  'swarm/prometheus.yml': () => print(swarmPrometheus()),
}
