/** What compose and Swarm say about a service in different words. */
import type { ComposeService } from './compose-file.ts'

/** Compose's limits, under the key that Swarm reads. */
export const limitsOf = ({ cpus, mem_limit: memory, pids_limit: pids }: ComposeService) => ({
  resources: { limits: { cpus: String(cpus), memory, ...(pids && { pids }) } },
})

export const restartPolicy = { restart_policy: { condition: 'any', delay: '1s' } }

/** Without capabilities, with a read-only file system; Swarm has no `security_opt`. */
export const confined = ({ logging }: ComposeService) => ({
  read_only: true,
  cap_drop: ['ALL'],
  logging,
})

/**
 * Answers with the address of each replica: callers take turns among them, and Prometheus scrapes
 * them all.
 */
export const allAddresses = { endpoint_mode: 'dnsrr' }

/** A port of the node itself: `dnsrr` has no routing mesh. */
export const hostPort = (published: string, target: number) => ({
  target,
  published,
  protocol: 'tcp',
  mode: 'host',
})

/** A container of the one node that has the volumes. */
export const onManager = { placement: { constraints: ['node.role == manager'] } }
