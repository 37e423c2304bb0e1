/** The services of the stack: compose's, in the words of Swarm, each function with its replicas. */
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { portVariable } from '../compose.ts'
import { type ComposeService, composeService, functionImage } from '../compose-file.ts'

/** Compose's limits, under the key that Swarm reads. */
const limitsOf = ({ cpus, mem_limit: memory, pids_limit: pids }: ComposeService) => ({
  resources: { limits: { cpus: String(cpus), memory, ...(pids && { pids }) } },
})

const restartPolicy = { restart_policy: { condition: 'any', delay: '1s' } }

/** Without capabilities, with a read-only file system; Swarm has no `security_opt`. */
const hardened = ({ logging }: ComposeService) => ({
  read_only: true,
  cap_drop: ['ALL'],
  logging,
})

/**
 * Answers with the address of each replica: callers take turns among them, and Prometheus scrapes
 * them all.
 */
const allAddresses = { endpoint_mode: 'dnsrr' }

/** A port of the node itself: `dnsrr` has no routing mesh. */
const hostPort = (published: string, target: number) => ({
  target,
  published,
  protocol: 'tcp',
  mode: 'host',
})

/** A container of the one node that has the volumes. */
const onManager = { placement: { constraints: ['node.role == manager'] } }

/** One replica at a time; the new one is healthy before the old one stops. */
const oneByOne = {
  parallelism: 1,
  order: 'start-first',
  // Longer than callers keep an address, so that they know the new replica before the next one ends.
  delay: '3s',
  monitor: '10s',
}

/** A function with its replicas. */
export function swarmFunction(name: FunctionName) {
  const compose = composeService(services[name].name)
  return {
    image: `\${LOCKSTEP_IMAGE:-${functionImage}}`,
    ...hardened(compose),
    environment: compose.environment,
    healthcheck: { ...compose.healthcheck, interval: '2s' },
    stop_grace_period: compose.stop_grace_period,
    deploy: {
      replicas: `\${REPLICAS:-3}`,
      ...allAddresses,
      ...limitsOf(compose),
      ...restartPolicy,
      update_config: { ...oneByOne, failure_action: 'rollback' },
      rollback_config: { ...oneByOne, failure_action: 'pause' },
    },
  }
}

const tmpfs = (target: string) => ({ type: 'tmpfs', target })

/** A service of compose as one container of the manager. */
function single(name: string) {
  const compose = composeService(name)
  const { image, user, command, environment, healthcheck, stop_grace_period } = compose
  return {
    image,
    ...(user && { user }),
    ...(command && { command }),
    ...(environment && { environment }),
    ...hardened(compose),
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
    ...hardened(compose),
    healthcheck,
    volumes,
    deploy: { mode: 'global', ...allAddresses, ...limitsOf(compose), ...restartPolicy },
  }
}

/** The ports of all services on a node, each before the replicas of one service. */
export const entrance = () => ({
  image: `\${ENTRANCE_IMAGE:-haproxy:3.2.4}`,
  ...hardened(composeService('prometheus')),
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
