/** The services of the stack that are not functions. */
import { functionNames, services } from '../../model/services.ts'
import { portVariable } from '../compose.ts'
import { composeService } from './compose-file.ts'
import { allAddresses, confined, hostPort, limitsOf, onManager, restartPolicy } from './service.ts'

const tmpfs = (target: string) => ({ type: 'tmpfs', target })

/** What all of them take over from compose, as one container of the manager. */
function single(name: string) {
  const compose = composeService(name)
  const { image, user, command, environment, healthcheck, stop_grace_period } = compose
  return {
    image,
    ...(user && { user }),
    ...(command && { command }),
    ...(environment && { environment }),
    ...confined(compose),
    healthcheck,
    ...(stop_grace_period && { stop_grace_period }),
    deploy: { replicas: 1, ...allAddresses, ...limitsOf(compose), ...restartPolicy, ...onManager },
  }
}

/** Not published: Swarm would publish its port on all addresses of the node. */
export const postgres = () => ({
  ...single('postgres'),
  volumes: [
    'postgres_data:/var/lib/postgresql',
    'postgres_socket:/var/run/postgresql',
    tmpfs('/tmp'),
    tmpfs('/dev/shm'),
  ],
})

export const prometheus = () => ({
  ...single('prometheus'),
  configs: [
    { source: 'prometheus', target: '/etc/prometheus/prometheus.yml' },
    { source: 'alerts', target: '/etc/prometheus/rules/alerts.yml' },
    { source: 'recording', target: '/etc/prometheus/rules/recording.yml' },
  ],
  volumes: ['prometheus_data:/prometheus'],
  ports: [hostPort(`\${PROMETHEUS_PORT:-9090}`, 9090)],
})

export const grafana = () => ({
  ...single('grafana'),
  configs: [
    { source: 'dashboard', target: '/etc/grafana/dashboards/synchronous-microservices.json' },
    { source: 'dashboards', target: '/etc/grafana/provisioning/dashboards/lockstep.yml' },
    { source: 'datasources', target: '/etc/grafana/provisioning/datasources/prometheus.yml' },
  ],
  volumes: ['grafana_data:/var/lib/grafana', tmpfs('/tmp')],
  ports: [hostPort(`\${GRAFANA_PORT:-3000}`, 3000)],
})

/** On every node. */
export function cadvisor() {
  const compose = composeService('cadvisor')
  const { image, command, healthcheck, volumes } = compose
  return {
    image,
    command,
    ...confined(compose),
    healthcheck,
    volumes,
    deploy: { mode: 'global', ...allAddresses, ...limitsOf(compose), ...restartPolicy },
  }
}

/** The ports of all services on a node, each before the replicas of one service. */
export const entrance = () => ({
  image: `\${ENTRANCE_IMAGE:-haproxy:3.2.4}`,
  ...confined(composeService('prometheus')),
  configs: [{ source: 'entrance', target: '/usr/local/etc/haproxy/haproxy.cfg' }],
  ports: functionNames.map((name) => {
    const { port } = services[name]
    return hostPort(`\${${portVariable(name)}:-${port}}`, port)
  }),
  deploy: {
    replicas: 1,
    ...allAddresses,
    resources: { limits: { cpus: '1', memory: '256M' } },
    ...restartPolicy,
    ...onManager,
  },
})
